"""Opens dbt's sessions, those of Python models too, as few rows want them where there are few."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin

from python_jobs.server.few_rows import session_settings
from python_jobs.settings import Settings

_open = SparkConnectionManager.open


class FewRows(dbtPlugin):
    """Changes the settings with which dbt-spark opens connections."""

    def initialize(self) -> None:
        """Change how it opens them."""
        if self.project_name == "project_360":
            setattr(SparkConnectionManager, "open", classmethod(open_connection))  # noqa: B010


def open_connection(manager: type[SparkConnectionManager], connection: Any) -> Any:  # noqa: ANN401
    """Open a connection; what the profile says of it holds."""
    credentials = connection.credentials
    flags = get_flags()  # type: ignore[no-untyped-call]
    settings = Settings.from_environment(project_dir=Path(flags.PROJECT_DIR))
    for key, value in session_settings(replace(settings, schema=credentials.schema)).items():
        credentials.server_side_parameters.setdefault(key, value)
    return _open.__func__(manager, connection)  # type: ignore[attr-defined]


plugins = [FewRows]
