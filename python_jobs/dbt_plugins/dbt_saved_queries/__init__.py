"""Saved queries as models: dbt's Jinja gets the SQL that MetricFlow writes for them.

``modules.metricflow.saved_query(name)`` is the SQL of a saved query with exports, from the metrics
of the same project as they are parsed; the macro ``saved_query`` calls it.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

from dbt.context import base
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.semantic_manifest import SemanticManifest
from dbt.flags import get_flags
from dbt.parser.manifest import ManifestLoader
from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import CompilationError

from python_jobs.errors import P360Error
from python_jobs.settings import Settings

_get_full_manifest = ManifestLoader.get_full_manifest


class SavedQueries(dbtPlugin):
    """Gives the SQL of saved queries to Jinja."""

    def initialize(self) -> None:
        """Keep hold of what dbt parses, and add the module."""
        if self.project_name == "project_360":
            setattr(ManifestLoader, "get_full_manifest", get_full_manifest)  # noqa: B010
            before = base.get_context_modules
            if "metricflow" in before():  # dbt initializes plugins at each command of a process.
                return

            def get_context_modules() -> dict[str, dict[str, Any]]:
                return before() | {"metricflow": {"saved_query": saved_query}}

            setattr(base, "get_context_modules", get_context_modules)  # noqa: B010


def get_full_manifest(*arguments: Any, **options: Any) -> Manifest:  # noqa: ANN401
    """Parse the project as dbt does; unit tests, which see a part of it, ask the whole."""
    _Parsed.sql = _Sql(_get_full_manifest(*arguments, **options))
    return _Parsed.sql.manifest


def saved_query(name: str) -> str:
    """Return the SQL of a saved query.

    Raises:
        CompilationError: There is none of that name with exports, or MetricFlow cannot write it.
    """
    assert _Parsed.sql is not None
    return _Parsed.sql.of(name)


class _Sql:
    """SQL of the saved queries of one parsed project."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._lock = Lock()
        self._by_name: dict[str, str] | None = None

    def of(self, name: str) -> str:
        with self._lock:  # dbt compiles in threads, and one of them is to load MetricFlow.
            if self._by_name is None:
                self._by_name = self._exported()
        if name not in self._by_name:
            raise CompilationError(
                f"there is no saved query '{name}' with exports in models/semantic/metrics; "
                f"there are {', '.join(self._by_name) or 'none'}"
            )
        return self._by_name[name]

    def _exported(self) -> dict[str, str]:
        from python_jobs.metrics.exports import exported_sql

        flags = get_flags()  # type: ignore[no-untyped-call]
        settings = Settings.from_environment(project_dir=Path(flags.PROJECT_DIR))
        semantic = SemanticManifest(self.manifest)._get_pydantic_semantic_manifest()
        try:
            return exported_sql(semantic.json(), settings.home)
        except P360Error as error:
            raise CompilationError(str(error)) from error


class _Parsed:
    sql: _Sql | None = None


plugins = [SavedQueries]
