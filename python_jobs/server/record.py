"""What is known of the one Spark server of a P360_HOME, kept in ``P360_HOME/server.json``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from python_jobs.machine.ports import port_answers
from python_jobs.settings import Settings


@dataclass(frozen=True)
class ServerRecord:
    """A started server.

    Attributes:
        pid: Process id.
        home: Its ``P360_HOME``, which stands in its command line.
        master: Where its work is done.
        is_checked: Whether its settings were read back and found right.
        started_at: When it was started, UTC.
        java: Version and source of the Java it runs on.
        heap: Size of its heap in bytes.
        attempt: Id of this start, under which Spark commits files.
        thrift_port: Port of the Thrift Server.
        connect_port: Port of Spark Connect.
        ui_port: Port of the Spark UI.
        doors: Process id of what ends TLS before its doors; 0 without TLS.
    """

    pid: int
    home: str
    master: str
    is_checked: bool
    started_at: str
    java: str
    heap: int
    attempt: str
    thrift_port: int
    connect_port: int
    ui_port: int
    doors: int = 0

    def is_alive(self) -> bool:
        """Return whether that very process still runs; another may have got its id since."""
        try:
            process = psutil.Process(self.pid)
            words = process.cmdline()
            if not words:  # A zombie has none, nor for a moment a process that just started.
                return bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False
        return any(word == f"spark.local.dir={self.home}/tmp" for word in words)


def read_record(settings: Settings) -> ServerRecord | None:
    """Return the record of the last started server; None where there is none."""
    try:
        return ServerRecord(**json.loads(_file(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_record(settings: Settings, record: ServerRecord) -> None:
    """Keep the record of a server that was just started."""
    draft = _file(settings).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(record), indent=2), encoding="utf-8")
    draft.replace(_file(settings))


def forget_record(settings: Settings) -> None:
    """Remove the record of a server that is gone; nothing to do where there is none."""
    _file(settings).unlink(missing_ok=True)


def mark_checked(settings: Settings, record: ServerRecord) -> None:
    """Note that the server's settings were read back and found right."""
    write_record(settings, replace(record, is_checked=True))


def running(settings: Settings) -> ServerRecord | None:
    """Return the record of the server where it runs and answers, else None."""
    record = read_record(settings)
    if record is None or not record.is_alive():
        return None
    return record if port_answers(record.thrift_port, settings.host) else None


def _file(settings: Settings) -> Path:
    return settings.home / "server.json"
