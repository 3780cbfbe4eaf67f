"""Starts, finds and stops the one dashboard server of a P360_HOME: a process, known by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from python_jobs.errors import P360Error
from python_jobs.machine.locks import lock
from python_jobs.machine.ports import check_port_is_free, port_answers
from python_jobs.server.access import Access, read_access
from python_jobs.settings import HOST, Settings

_WORKERS = 2
_THREADS = 4
_START_SECONDS = 60
_STOP_SECONDS = 10
_WSGI = "dashboards.wsgi:application()"


@dataclass(frozen=True)
class DashRecord:
    """What is known of a started dashboard; kept in ``P360_HOME/dashboard.json``.

    Attributes:
        pid: Process id.
        port: Port it listens on.
        schema: Schema that it shows.
        started: When the process was started, seconds since the epoch.
    """

    pid: int
    port: int
    schema: str
    started: float

    def is_alive(self) -> bool:
        """Return whether that very process still runs."""
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.started) < 1
            return is_same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def start(settings: Settings) -> DashRecord:
    """Start the dashboard in the background, or find it running, and return once it answers.

    Raises:
        P360Error: The port is taken, the environment forbids it, or it does not come up.
    """
    access = read_access(settings)
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    with lock(settings.home / "dashboard.lock", lambda: None):
        record = running(settings)
        if record is not None and (record.port, record.schema) == (
            settings.dash_port,
            settings.schema,
        ):
            return record
        if record is not None:
            stop(settings)
        check_port_is_free(settings.dash_port, "P360_DASH_PORT")
        log = settings.logs_dir / "dashboard.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                _command(settings, access),
                cwd=settings.project_dir,
                env=os.environ | settings.environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        started = psutil.Process(process.pid).create_time()
        record = DashRecord(process.pid, settings.dash_port, settings.schema, started)
        _record_file(settings).write_text(json.dumps(asdict(record)), encoding="utf-8")
        _wait(process, settings, log.name)
        return record


def serve(settings: Settings) -> None:
    """Serve the dashboard in the foreground: this process becomes the server.

    Raises:
        P360Error: The port is taken, or the environment forbids it.
    """
    access = read_access(settings)
    if (record := running(settings)) is not None and record.port == settings.dash_port:
        raise P360Error(
            f"the dashboard already runs at {address(settings)}; stop it with 'p360 down'"
        )
    check_port_is_free(settings.dash_port, "P360_DASH_PORT")
    os.chdir(settings.project_dir)
    sys.stdout.flush()
    command = _command(settings, access)
    os.execve(command[0], command, os.environ | settings.environment())


def running(settings: Settings) -> DashRecord | None:
    """Return the record of the dashboard where it runs, else None."""
    try:
        record = DashRecord(**json.loads(_record_file(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return record if record.is_alive() else None


def stop(settings: Settings) -> bool:
    """Stop the dashboard and wait until it is gone; return whether one was running."""
    record = running(settings)
    if record is not None:
        process = psutil.Process(record.pid)
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
    _record_file(settings).unlink(missing_ok=True)
    return record is not None


def address(settings: Settings) -> str:
    """Return where a browser finds the dashboard."""
    host = read_access(settings).address
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.dash_port}"


def _command(settings: Settings, access: Access) -> list[str]:
    host = f"[{access.address}]" if ":" in access.address else access.address
    return [
        sys.executable,
        "-m",
        "gunicorn",
        _WSGI,
        "--bind",
        f"{host}:{settings.dash_port}",
        "--worker-class",
        "gthread",
        "--workers",
        str(_WORKERS),
        "--threads",
        str(_THREADS),
        "--timeout",
        "60",
        "--keep-alive",
        "5",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]


def _wait(process: subprocess.Popen[bytes], settings: Settings, log: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    host = read_access(settings).address
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if port_answers(settings.dash_port) or host != HOST:
            return
        time.sleep(0.1)
    stop(settings)
    raise P360Error(f"the dashboard did not start; see {log} in {settings.logs_dir}")


def _record_file(settings: Settings) -> Path:
    return settings.home / "dashboard.json"
