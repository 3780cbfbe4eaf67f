"""Looks for a new live run now and then, and has it read into a snapshot."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from dashboards.data.snapshot import Refresh, SnapshotFolder, read_manifest
from python_jobs.errors import P360Error
from python_jobs.observability import shipped_at
from python_jobs.server import connect, port_answers
from python_jobs.settings import Settings
from python_jobs.warehouse import read_live_run_id

_SECONDS_BETWEEN = 15
_SECONDS_TO_TAKE = 900


def look_once(settings: Settings) -> Refresh:
    """Ask which run is live, and take a snapshot where it is not the current one.

    Never raises: whatever goes wrong is a line in what it returns, and the last good snapshot
    stays.
    """
    folder = SnapshotFolder(settings)
    refresh = _look(settings, folder)
    folder.note(refresh)
    return refresh


def start_looking(settings: Settings) -> threading.Thread:
    """Look for new runs in a thread, for as long as the process lives.

    Of several processes one looks: the one that holds the lock, which the system frees with it.
    """
    thread = threading.Thread(target=_look_for_ever, args=(settings,), daemon=True, name="refresh")
    thread.start()
    return thread


def _look_for_ever(settings: Settings) -> None:
    pause = threading.Event()
    with SnapshotFolder(settings).lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        while True:
            look_once(settings)
            pause.wait(_SECONDS_BETWEEN)


def _look(settings: Settings, folder: SnapshotFolder) -> Refresh:
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    if not port_answers(settings.thrift_port):
        return Refresh(now, server_answers=False)
    try:
        with connect(settings) as connection:
            live = read_live_run_id(connection, settings)
    except (P360Error, OSError) as error:
        return Refresh(now, server_answers=False, problem=str(error))
    if live is None or not _is_behind(settings, folder.current(), live):
        return Refresh(now, server_answers=True)
    return Refresh(now, server_answers=True, problem=_take(settings))


def _is_behind(settings: Settings, current: Path | None, live: str) -> bool:
    """Return whether another run is live, or there are records of runs that it lacks."""
    if current is None:
        return True
    manifest = read_manifest(current)
    taken = datetime.fromisoformat(manifest.taken_at).replace(tzinfo=UTC).timestamp()
    return manifest.run_id != live or shipped_at(settings) > taken


def _take(settings: Settings) -> str:
    """Take a snapshot in another process; return what went wrong, or nothing."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dashboards.data.take"],
            cwd=settings.project_dir,
            env=os.environ | settings.environment(),
            capture_output=True,
            text=True,
            timeout=_SECONDS_TO_TAKE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the snapshot could not be taken: {type(error).__name__}"
    lines = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else (lines[-1] if lines else "the snapshot failed")
