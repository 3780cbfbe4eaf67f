"""The ``p360`` command that this process records, so that dbt's records can join its batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_jobs.observability.writer import RunWriter

_writers: list[RunWriter] = []


@contextmanager
def inside(writer: RunWriter) -> Iterator[None]:
    """Make this the command that others join, for as long as the block runs."""
    _writers.append(writer)
    try:
        yield
    finally:
        _writers.remove(writer)


def command() -> RunWriter | None:
    """Return the command that is being recorded; None under plain dbt."""
    return _writers[-1] if _writers else None
