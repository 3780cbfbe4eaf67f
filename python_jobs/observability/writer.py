"""Writes the records of a run at its end, once, and never lets the run fail for it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import IO

from python_jobs.errors import P360Error
from python_jobs.observability.alerts import Message, addresses, message_of, send
from python_jobs.observability.collect import Collector, who
from python_jobs.observability.findings import add_amounts, judge_watched
from python_jobs.observability.incidents import incidents_of, next_events, verdict_of
from python_jobs.observability.queries import model_records
from python_jobs.observability.records import Record, Run, new_run_id, one_line
from python_jobs.observability.refusals import refusals
from python_jobs.observability.spool import Spool
from python_jobs.observability.store import RecordStore
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings
from python_jobs.terminal.console import warn

_PACKAGES = ("project-360", "dbt-core", "dbt-spark", "pyspark")
Connect = Callable[[], AbstractContextManager[ThriftConnection]]


class RunWriter:
    """The records of one run, from its start to the end.

    Args:
        settings: Whose home and schema.
        run: The run that starts.
    """

    def __init__(self, settings: Settings, run: Run) -> None:
        self.settings = settings
        self.run = run
        self._more: list[Record] = []
        self._queries: list[str] = []
        self._findings_of: list[str] = []
        self._failing_sql: dict[str, str] = {}
        self._spool = Spool(settings)
        self._begun: IO[str] | None = None
        with _never_fails("this run cannot be recorded"):
            self._spool.mark_dead_runs()
            self._begun = self._spool.begin(run)

    def add(self, kind: str, **content: object) -> None:
        """Add a record of this run."""
        self._more.append(Record(self.run.run_id, kind, datetime.now(UTC), content))

    def adopt(self, collector: Collector, run: Run) -> None:
        """Note what the models know of a dbt run, to be read when records are shipped."""
        built = collector.built()
        self._queries.extend(model_records(self.settings, run, built))
        self._failing_sql |= collector.failing_sql()
        if "obs_findings" in built:
            self._findings_of.append(run.run_id)

    def end(self, records: list[Record], open_connection: Connect | None) -> None:
        """Keep the records, and ship them where a server answers.

        Args:
            records: The records of the run.
            open_connection: Opens a session; None where they shall wait for a later run.
        """
        with _never_fails("the records of this run are lost"), refusals(self.settings) as refused:
            for cells in refused:
                self.add("login", **cells)
            self._spool.end(self.run.run_id, [*records, *self._more])
        if self._begun is not None:
            self._begun.close()
        if open_connection is None:
            return
        message = self._unshipped_message(records)
        with _never_fails("the records of this run wait on disk for the next one"):
            message = self._ship(open_connection)
        with _never_fails("the alert was not sent"):
            self._alert(message)

    def _ship(self, open_connection: Connect) -> Message | None:
        """Ship what waits on disk, with the steps of incidents; return what people are told."""
        pending = self._spool.pending()
        run_ids = [run_id for run_id, _ in pending]
        with open_connection() as connection:
            store = RecordStore(connection, self.settings)
            store.ready()
            known = store.known_runs(run_ids) if len(pending) > 1 else set()
            records = [
                record for run_id, records in pending for record in records if run_id not in known
            ]
            verdict = verdict_of(records)
            judge_watched(connection, self.settings, self._findings_of, verdict)
            add_amounts(connection, self._failing_sql, verdict)
            before = store.events()
            now = datetime.now(UTC)
            run_id = self.run.run_id
            events = next_events(incidents_of(before), verdict, run_id, now)
            steps = [Record(run_id, "incident", now, event.content()) for event in events]
            store.ship([*records, *steps], self._queries)
        self._spool.forget(run_ids)
        return message_of(
            events, incidents_of([*before, *events]), self.settings.schema, self.run.run_id
        )

    def _unshipped_message(self, records: list[Record]) -> Message | None:
        """Return what people are told where no server can be asked what was known before."""
        verdict = verdict_of(records)
        now = datetime.now(UTC)
        events = next_events([], verdict, self.run.run_id, now)
        return message_of(events, incidents_of(events), self.settings.schema, self.run.run_id)

    def _alert(self, message: Message | None) -> None:
        where = addresses()
        if message is None or not where:
            return
        failed = send(message, where)
        if failed:
            warn(f"the alert did not reach {', '.join(failed)}; try 'p360 alerts test'")


def start_run(settings: Settings, program: str, command: str) -> Run:
    """Return a run that starts now."""
    now = datetime.now(UTC)
    return Run(
        run_id=new_run_id(now),
        program=program,
        command=command,
        schema=settings.schema,
        started_at=now,
        target=os.environ.get("P360_TARGET", "dev"),
        git_commit=_git_commit(settings),
        versions=_versions(),
        run_by=who(),
    )


@contextmanager
def _never_fails(what: str) -> Iterator[None]:
    """Say in one line what went wrong, and go on."""
    try:
        yield
    except P360Error as error:
        warn(f"{what}: {one_line(str(error))}")
    except Exception as error:
        warn(f"{what}: {one_line(f'{type(error).__name__}: {error}')}")


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _git_commit(settings: Settings) -> str | None:
    """Return the project's commit; None where there is no git, or no repository."""
    command = ["git", "-C", str(settings.project_dir), "describe", "--always", "--dirty"]
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
        return done.stdout.strip() or None if done.returncode == 0 else None
    return None
