"""Lock files, and who holds one."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


@contextmanager
def lock(path: Path, when_busy: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file; the system frees that of a dead process.

    Args:
        path: The file, made where it is missing.
        when_busy: Called where another process holds it. It may raise; else this waits.
    """
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            when_busy()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def file_is_locked(path: Path) -> bool:
    """Return whether another process holds a lock on the file (as Derby does on its own)."""
    if not path.exists():
        return False
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def holder_of(path: Path) -> str:
    """Return `` by process 123 (java)`` for the process that has the file open, where visible."""
    path = path.resolve()  # As the system tells it, whatever links lead there.
    for process in psutil.process_iter(["pid", "name"]):
        try:
            if any(Path(opened.path) == path for opened in process.open_files()):
                return f" by process {process.pid} ({process.info['name']})"
        except psutil.Error:
            continue
    return ""
