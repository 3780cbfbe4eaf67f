"""An erasure that is not at its end: until then nobody else builds or loads in that schema.

Else a run could publish tables of which some name the person and others do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.settings import Settings

_MARK = "forget-{}.unfinished"
_ours: set[Path] = set()


@contextmanager
def erasing(settings: Settings) -> Iterator[None]:
    """Let this process build although an erasure has not ended; whoever calls has the run lock.

    The schema stays unfinished until ``end_erasing``, whatever ends the block.
    """
    mark = _mark(settings)
    _ours.add(mark)
    try:
        yield
    finally:
        _ours.discard(mark)


def begin_erasing(settings: Settings) -> None:
    """Keep others from building in the schema from now on."""
    _mark(settings).touch()


def end_erasing(settings: Settings) -> None:
    """Let others build again."""
    _mark(settings).unlink(missing_ok=True)


def is_erasing(settings: Settings) -> bool:
    """Return whether an erasure has begun and not ended."""
    return _mark(settings).exists()


def check_no_erasure(settings: Settings) -> None:
    """Raise where an erasure has begun and not ended, unless this process goes on with it.

    Raises:
        P360Error: One was cut off.
    """
    if is_erasing(settings) and _mark(settings) not in _ours:
        raise P360Error(
            f"an erasure in schema {settings.schema} was cut off; run the same 'p360 forget' again"
        )


def check_no_erasures(settings: Settings) -> None:
    """Raise where an erasure in any schema of this home has begun and not ended.

    Raises:
        P360Error: One goes on, or was cut off.
    """
    if any(settings.home.glob(_MARK.format("*"))):
        raise P360Error("an erasure goes on or was cut off; back up once 'p360 forget' has ended")


def _mark(settings: Settings) -> Path:
    return settings.home / _MARK.format(settings.schema)
