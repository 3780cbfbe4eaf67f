"""The ``p360`` command that this process records, so that dbt's records can join its batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from python_jobs.observability.records import FAILED, SUCCESS, one_line
from python_jobs.observability.writer import RunWriter, start_run
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings

_writers: list[RunWriter] = []


@contextmanager
def recorded(settings: Settings, command: str, *, feed: str | None = None) -> Iterator[RunWriter]:
    """Record a ``p360`` command, and the dbt commands that it runs, in one batch at its end.

    Args:
        settings: Whose home and schema.
        command: The command as typed, such as ``p360 run``.
        feed: The feed that it works on.
    """
    run = start_run(settings, "p360", command)
    run.feed = feed
    writer = RunWriter(settings, run)
    with _inside(writer):
        try:
            yield writer
        except BaseException as error:
            run.status = FAILED
            run.message = one_line(str(error) or type(error).__name__)
            raise
        else:
            run.status = SUCCESS
        finally:
            run.finished_at = datetime.now(UTC)
            writer.end([run.to_record()], lambda: connect(settings))


def recorded_command() -> RunWriter | None:
    """Return the command that is being recorded; None under plain dbt."""
    return _writers[-1] if _writers else None


@contextmanager
def _inside(writer: RunWriter) -> Iterator[None]:
    """Make this the command that others join, for as long as the block runs."""
    _writers.append(writer)
    try:
        yield
    finally:
        _writers.remove(writer)
