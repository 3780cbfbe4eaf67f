"""Records each dbt command: what it ran with, its nodes and tests, how much they built.

dbt loads each module called ``dbt_*``; its events tell how the run goes, the last of them that it
is over.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC
from pathlib import Path
from typing import Any

from dbt import tracking
from dbt.adapters.factory import FACTORY
from dbt.flags import get_flags
from dbt.plugins.contracts import PluginArtifacts
from dbt.plugins.manager import dbt_hook, dbtPlugin
from dbt_common.events.event_manager_client import add_callback_to_manager
from dbt_common.invocation import get_invocation_id

from python_jobs.errors import P360Error
from python_jobs.observability.collect import Collector, selection_of
from python_jobs.observability.recording import recorded_command
from python_jobs.observability.records import new_run_id
from python_jobs.observability.writer import RunWriter, start_run
from python_jobs.server.thrift import ThriftConnection, connect_as
from python_jobs.settings import Settings

_TYPED = {"generate": "docs generate", "freshness": "source freshness"}
_RECORDED = ("build", "run", "seed", "snapshot", "retry", "test", "docs", "generate", "freshness")
# Their nodes are results; those of the others, such as `docs generate`, are compiled only.
_RUNS_NODES = ("build", "run", "seed", "snapshot", "retry", "test")


class RunRecords(dbtPlugin):
    """Listens to one dbt command."""

    def initialize(self) -> None:
        """Start to listen, where the command is one that is recorded."""
        self._collector = Collector()
        flags = get_flags()  # type: ignore[no-untyped-call]
        if self.project_name != "project_360" or flags.WHICH not in _RECORDED:
            return
        self._which = flags.WHICH
        self._settings = Settings.from_environment(project_dir=Path(flags.PROJECT_DIR))
        self._command = recorded_command()
        run = start_run(self._settings, "dbt", f"dbt {_TYPED.get(flags.WHICH, flags.WHICH)}")
        assert tracking.active_user is not None
        # What the macro run_id takes: the start that dbt tells in events may be in another second.
        run.started_at = tracking.active_user.run_started_at.astimezone(UTC)
        run.run_id = new_run_id(run.started_at, get_invocation_id())
        run.parent_run_id = self._command.run.run_id if self._command else None
        run.selection = selection_of(flags)
        run.target = flags.TARGET or run.target
        run.feed = (flags.VARS or {}).get("feed") or self._settings.dbt_project()["vars"]["feed"]
        self._writer = RunWriter(self._settings, run)
        add_callback_to_manager(self._hear)

    @dbt_hook  # type: ignore[untyped-decorator]
    def get_manifest_artifacts(self, manifest: Any) -> PluginArtifacts:  # noqa: ANN401
        """Keep the manifest; there is no artifact to write."""
        self._collector.manifest = manifest
        return {}

    def _hear(self, event: Any) -> None:  # noqa: ANN401
        if self._collector.is_complete:
            return
        self._collector.hear(event)
        if self._collector.is_complete:
            run = self._writer.run
            self._collector.end(run)
            records = [run.to_record()]
            runs_nodes = self._which in _RUNS_NODES
            if runs_nodes:
                records = self._collector.records(run, self._settings)
                (self._command or self._writer).adopt(self._collector, run)
            ships = runs_nodes and self._command is None
            self._writer.end(records, _connection if ships else None)


def _connection() -> AbstractContextManager[ThriftConnection]:
    """Open a session with the credentials that dbt has used."""
    adapter: Any = FACTORY.adapters.get("spark")
    if adapter is None:
        raise P360Error("dbt stopped before it connected")
    return connect_as(adapter.config.credentials)


plugins = [RunRecords]
