"""Turns what dbt says while it runs into the records of that run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from python_jobs.observability.counts import stored_size
from python_jobs.observability.records import FAILED, SUCCESS, Record, Run, one_line
from python_jobs.settings import Settings

_TESTS = ("test", "unit_test")
_WORST_FIRST = ("error", "runtime error", "fail", "partial success")


@dataclass(frozen=True)
class Finished:
    """A node that dbt is done with.

    Attributes:
        unique_id: dbt's id of it.
        name: Its name.
        resource_type: ``model``, ``seed``, ``snapshot``, ``test``, ``unit_test`` and the like.
        materialized: How it is stored; empty for tests.
        status: dbt's word for the outcome.
        seconds: How long it took.
        message: What dbt says of it, in one line.
        failures: Rows that a test found.
        started_at: When it started, UTC; None where it was skipped.
    """

    unique_id: str
    name: str
    resource_type: str
    materialized: str
    status: str
    seconds: float
    message: str | None
    failures: int
    started_at: str | None


@dataclass
class Collector:
    """What dbt has said so far; ``hear`` is given each of its events.

    Attributes:
        nodes: The nodes that are done.
        manifest: dbt's manifest, once it is parsed.
        trouble: Why the command failed as a whole.
        is_complete: Whether the command has ended.
        succeeded: How it ended.
    """

    nodes: list[Finished] = field(default_factory=list)
    manifest: Any = None
    trouble: str | None = None
    is_complete: bool = False
    succeeded: bool = False

    def hear(self, event: Any) -> None:  # noqa: ANN401
        """Take note of an event where it tells how the run goes."""
        name = event.info.name
        if name == "NodeFinished":
            self.nodes.append(_finished(event.data))
        elif name in ("MainEncounteredError", "RunningOperationCaughtError"):
            self.trouble = one_line(event.data.exc)
        elif name == "LogHookEndLine" and event.data.status not in ("OK", "success", "SKIP"):
            self.trouble = self.trouble or one_line(f"{event.data.statement}: {event.data.status}")
        elif name == "CommandCompleted":
            self.is_complete, self.succeeded = True, bool(event.data.success)

    def built(self) -> set[str]:
        """Return the names of the models, seeds and snapshots that were built."""
        return {
            node.name
            for node in self.nodes
            if node.resource_type in ("model", "seed", "snapshot") and node.status == "success"
        }

    def failing_sql(self) -> dict[str, str]:
        """Return the SQL that finds the rows of each failing test, by the test's name."""
        if self.manifest is None:
            return {}
        nodes = {
            node.name: self.manifest.nodes.get(node.unique_id)
            for node in self.nodes
            if node.resource_type == "test" and node.status == "fail"
        }
        return {
            name: node.compiled_code
            for name, node in nodes.items()
            if node is not None and node.compiled_code
        }

    def end(self, run: Run) -> None:
        """Write the outcome into the run."""
        run.finished_at = datetime.now(UTC)
        run.status = SUCCESS if self.succeeded else FAILED
        if not self.succeeded:
            run.message = self.trouble or self._first_failure() or "it failed"

    def records(self, run: Run, settings: Settings) -> list[Record]:
        """Return the records of an ended run: itself, its nodes, its tests."""
        return [run.to_record(), *(self._record(node, run, settings) for node in self.nodes)]

    def _first_failure(self) -> str | None:
        failed = [node for status in _WORST_FIRST for node in self.nodes if node.status == status]
        return one_line(f"{failed[0].name}: {failed[0].message}") if failed else None

    def _record(self, node: Finished, run: Run, settings: Settings) -> Record:
        at = run.finished_at or datetime.now(UTC)
        content: dict[str, Any] = {
            "unique_id": node.unique_id,
            "name": node.name,
            "resource_type": node.resource_type,
            "status": node.status,
            "seconds": node.seconds,
            "message": node.message,
            "started_at": node.started_at,
        }
        if node.resource_type in _TESTS:
            content |= {"failures": node.failures, **self._tested(node)}
            return Record(run.run_id, "test", at, content)
        size = None
        if node.status == "success" and settings.warehouse_dir is not None:
            store = settings.warehouse_dir / f"{settings.store_schema}.db"
            size = stored_size(store, node.name, run.run_id)
        content |= {
            "materialized": node.materialized,
            "row_count": size.row_count if size else None,
            "byte_count": size.byte_count if size else None,
        }
        return Record(run.run_id, "node", at, content)

    def _tested(self, node: Finished) -> Mapping[str, Any]:
        """Return what only the manifest knows of a test."""
        if self.manifest is None:
            return {}
        test = self.manifest.nodes.get(node.unique_id) or self.manifest.unit_tests.get(
            node.unique_id
        )
        if test is None:
            return {}
        attached = getattr(test, "attached_node", None) or ""
        meta = getattr(test.config, "meta", None) or {}
        return {
            "model": attached.split(".")[-1] or getattr(test, "model", None),
            "column_name": getattr(test, "column_name", None),
            "severity": str(getattr(test.config, "severity", "error")).lower(),
            "is_watch": bool(meta.get("watch")),
        }


def selection_of(flags: Any) -> str:  # noqa: ANN401
    """Return what narrowed a dbt command, as it would be typed."""
    words = []
    for name in ("select", "exclude", "selector"):
        value = getattr(flags, name.upper(), None)
        if value:
            words.append(f"--{name} " + (value if isinstance(value, str) else " ".join(value)))
    if getattr(flags, "FULL_REFRESH", False):
        words.append("--full-refresh")
    return " ".join(words)


def who() -> str:
    """Return the user's name, as far as the system knows it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # A container may run a user that has no name.
        return str(os.getuid())


def _finished(data: Any) -> Finished:  # noqa: ANN401
    node, result = data.node_info, data.run_result
    return Finished(
        unique_id=node.unique_id,
        name=node.node_name,
        resource_type=node.resource_type,
        materialized=node.materialized,
        status=str(result.status),
        seconds=round(float(result.execution_time), 3),
        message=one_line(result.message),
        failures=int(result.num_failures or 0),
        started_at=node.node_started_at or None,
    )
