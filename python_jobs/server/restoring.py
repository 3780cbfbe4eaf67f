"""A restore that is not at its end: until then nothing else may start or build in that home."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.settings import Settings

_ours: set[Path] = set()


def is_unfinished(settings: Settings) -> bool:
    """Return whether a restore has begun to write into this home and has not ended."""
    mark = _mark(settings)
    return mark.exists() and mark.stat().st_size > 0


@contextmanager
def restoring(settings: Settings) -> Iterator[Callable[[], object]]:
    """Keep others out of a home for as long as the block runs.

    From the call of what this yields on, the home is unfinished until a block ends well.

    Raises:
        P360Error: Another process restores into it.
    """
    mark = _mark(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    with mark.open("a", encoding="utf-8", buffering=1) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise P360Error(f"another p360 restore into {settings.home} is under way") from None
        _ours.add(mark)
        is_whole = False
        try:
            yield lambda: file.write("begun\n")
            is_whole = True
        finally:
            _ours.discard(mark)
            if is_whole or not is_unfinished(settings):
                mark.unlink()


def check_no_restore(settings: Settings) -> None:
    """Raise where a restore of another process into this home has not ended.

    Raises:
        P360Error: One goes on, or was cut off.
    """
    mark = _mark(settings)
    if mark.exists() and mark not in _ours:
        raise P360Error(
            f"a restore into {settings.home} is under way or was cut off; run 'p360 restore' again"
        )


def _mark(settings: Settings) -> Path:
    return settings.home / "restore.unfinished"
