"""Python models: ``.py`` files in ``models/`` run through Spark Connect of the project's server.

dbt-spark runs Python models on Databricks only. dbt loads each module called ``dbt_*``; this one
gives dbt-spark one more way to submit them. What does the work (``connect_job``) knows nothing of
the project.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.spark.impl import SparkAdapter
from dbt.artifacts.resources.types import ModelLanguage
from dbt.events.types import MainStackTrace
from dbt.flags import get_flags
from dbt.parser.schemas import ModelPatchParser
from dbt.plugins.manager import dbtPlugin
from dbt_common.events.functions import fire_event

from python_jobs.cluster.login import connect_address
from python_jobs.dbt.runner import at_interrupt
from python_jobs.settings import Settings

_cancel_open_connections = SparkAdapter.cancel_open_connections
_validate_contract = ModelPatchParser._validate_constraint_prerequisites


class PythonModels(dbtPlugin):
    """Lets dbt-spark run Python models."""

    def initialize(self) -> None:
        """Add the way to submit them."""
        if self.project_name == "project_360":
            add_python_models()


def add_python_models() -> None:
    """Change dbt-spark's adapter, and dbt's refusal of contracts of Python models."""
    members = {
        "default_python_submission_method": "connect",
        "python_submission_helpers": property(lambda _: {"connect": _connect_job()}),
        "generate_python_submission_response": lambda *_: AdapterResponse("OK"),
        "cancel_open_connections": cancel_open_connections,
    }
    for name, member in members.items():
        setattr(SparkAdapter, name, member)
    setattr(ModelPatchParser, "_validate_constraint_prerequisites", validate_contract)  # noqa: B010


def cancel_open_connections(adapter: SparkAdapter) -> Any:  # noqa: ANN401
    """End Python models that run, and then what dbt-spark ends."""
    if "dbt_python_models.connect_job" in sys.modules:
        _connect_job().stop_all()
    return _cancel_open_connections(adapter)  # type: ignore[no-untyped-call]


def validate_contract(parser: ModelPatchParser, node: Any) -> None:  # noqa: ANN401
    """Check a contract as dbt does, and take Python for a language that can keep one."""
    _validate_contract(parser, replace(node, language=ModelLanguage.sql))


def _connect_job() -> Any:  # noqa: ANN401
    """Return the class that runs them; it imports pyspark, which few commands of dbt need."""
    from dbt_python_models.connect_job import ConnectPythonJob

    ConnectPythonJob.url_of = staticmethod(_url)
    ConnectPythonJob.log_trace = staticmethod(_log_trace)
    at_interrupt.add(ConnectPythonJob.stop_all)
    return ConnectPythonJob


def _url(_: Any) -> str:  # noqa: ANN401
    """Return where Spark Connect listens, beside Thrift on this project's port, and the login."""
    flags = get_flags()  # type: ignore[no-untyped-call]
    settings = Settings.from_environment(project_dir=Path(flags.PROJECT_DIR))
    return connect_address(settings)


def _log_trace(trace: str) -> None:
    """Leave a stack trace to the log file: ``dbt_lost_connections`` keeps such off the terminal."""
    fire_event(MainStackTrace(stack_trace=trace))


plugins = [PythonModels]
