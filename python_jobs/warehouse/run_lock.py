"""One run at a time on a schema: a lock file that the system frees when its holder dies."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO

from python_jobs.errors import P360Error
from python_jobs.server.restoring import check_no_restore
from python_jobs.settings import Settings
from python_jobs.warehouse.erasing import check_no_erasure

_held: dict[str, IO[str]] = {}


@contextmanager
def run_lock(settings: Settings, command: str) -> Iterator[None]:
    """Hold the run lock of the schema for as long as the block runs.

    Args:
        settings: Whose schema.
        command: What the others are told, such as ``p360 run``.

    Raises:
        P360Error: Another process holds it; the message says who, and since when.
    """
    was_held = _path(settings) in _held
    take_run_lock(settings, command)
    try:
        yield
    finally:
        if not was_held:
            _held.pop(_path(settings)).close()


def take_run_lock(settings: Settings, command: str) -> None:
    """Take the run lock of the schema and keep it; nothing to do where this process has it.

    The lock belongs to the open file, so it ends with the process, by ``kill -9`` too.

    Raises:
        P360Error: Another process holds it, or a restore or an erasure has not ended; the message
            says which.
    """
    path = _path(settings)
    if path in _held:
        return
    check_no_restore(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    file = open(path, "a+", encoding="utf-8")  # noqa: SIM115, PTH123 - open for as long as it holds
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(file)
        file.close()
        raise P360Error(
            f"schema {settings.schema} is being built {holder}; wait for that to end or stop it, "
            "then run the same command again"
        ) from None
    try:
        check_no_erasure(settings)  # Who holds the lock may be ending one.
    except P360Error:
        file.close()
        raise
    file.truncate(0)
    json.dump(
        {
            "pid": os.getpid(),
            "command": command,
            "user": getpass.getuser(),
            "since": datetime.now(UTC).isoformat(sep=" ", timespec="seconds"),
        },
        file,
    )
    file.flush()
    _held[path] = file


def run_lock_is_free(settings: Settings) -> bool:
    """Return whether nobody builds the schema at this moment."""
    try:
        with open(_path(settings), encoding="utf-8") as file:  # noqa: PTH123
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def _path(settings: Settings) -> str:
    return str(settings.home / f"run-{settings.schema}.lock")


def _holder(file: IO[str]) -> str:
    """Return who holds the lock; a holder writes that just after it got it."""
    for _ in range(10):
        file.seek(0)
        try:
            holder = json.loads(file.read())
        except ValueError:
            time.sleep(0.05)
            continue
        return (
            f"by '{holder['command']}' (process {holder['pid']} of {holder['user']}) "
            f"since {holder['since'].removesuffix('+00:00')} UTC"
        )
    return "by another process"
