"""Starts, stops and describes the one Spark server of a P360_HOME."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from python_jobs import machine
from python_jobs.console import Steps, say, steps, warn
from python_jobs.errors import DISK_FULL, P360Error
from python_jobs.java import find_java
from python_jobs.settings import HOST, Settings
from python_jobs.spark_command import METASTORE_URL, server_command, server_settings
from python_jobs.thrift import connect

_START_SECONDS = 180
_LEAST_DISK = 8 << 20  # Bytes; with less a server neither starts nor answers.
_STOP_SECONDS = 30
# What the server may see of the environment: no keys, no tokens.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


@dataclass(frozen=True)
class ServerRecord:
    """What is known of a started server; kept in ``P360_HOME/server.json``.

    Attributes:
        pid: Process id.
        metastore: Folder of its metastore, which stands in its command line.
        is_checked: Whether its settings were read back and found right.
        started_at: When it was started, UTC.
        java: Version and source of the Java it runs on.
        heap: Size of its heap in bytes.
        attempt: Id of this start, under which Spark commits files.
        thrift_port: Port of the Thrift Server.
        connect_port: Port of Spark Connect.
        ui_port: Port of the Spark UI.
    """

    pid: int
    metastore: str
    is_checked: bool
    started_at: str
    java: str
    heap: int
    attempt: str
    thrift_port: int
    connect_port: int
    ui_port: int

    def is_alive(self) -> bool:
        """Return whether that very process still runs; another may have got its id since."""
        try:
            process = psutil.Process(self.pid)
            words = process.cmdline()
            if not words:  # A zombie has none, nor for a moment a process that just started.
                return bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False
        return any(f"databaseName={self.metastore};" in word for word in words)


def read_record(settings: Settings) -> ServerRecord | None:
    """Return the record of the last started server; None where there is none."""
    try:
        return ServerRecord(**json.loads(_record_file(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def start(settings: Settings) -> ServerRecord:
    """Start the server, or find it running, and return once queries run.

    Raises:
        P360Error: A port is taken, Java is missing, memory is short, another process holds the
            metastore, or the server did not come up.
    """
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    with machine.lock(settings.home / "start.lock", _say_that_we_wait):
        record = read_record(settings)
        if record is not None and record.is_alive():
            _check_ports_agree(record, settings)
            _wait_until_ready(settings, record)
            return record
        if record is not None:
            say(f"clearing the stale record of a server that died (process {record.pid})")
            _record_file(settings).unlink(missing_ok=True)
        record = _launch(settings)
        with steps("starting the Spark server") as step:
            _wait_until_ready(settings, record, step)
        return record


def stop(settings: Settings) -> bool:
    """Stop the server and wait until it is gone.

    Returns:
        Whether one was running.
    """
    record = read_record(settings)
    alive = record is not None and record.is_alive()
    if record is not None and alive:
        process = psutil.Process(record.pid)
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
    _record_file(settings).unlink(missing_ok=True)
    return alive


def running(settings: Settings) -> ServerRecord | None:
    """Return the record of the server where it runs and answers, else None."""
    record = read_record(settings)
    if record is None or not record.is_alive() or not machine.port_answers(record.thrift_port):
        return None
    return record


def expected_settings(settings: Settings, record: ServerRecord) -> dict[str, str]:
    """Return the settings that the server must show: all but one that Spark blackens itself."""
    expected = server_settings(settings, record.heap, record.attempt)
    del expected[METASTORE_URL]
    return expected


def check_metastore_is_free(settings: Settings) -> None:
    """Raise where another process has the Derby database open.

    Raises:
        P360Error: It is held; the message names the holder where the system shows it.
    """
    lock = settings.metastore_dir / "dbex.lck"
    if machine.file_is_locked(lock):
        raise P360Error(
            f"the metastore {settings.metastore_dir} is held{machine.holder_of(lock)}; "
            "stop that process, or set P360_HOME to another folder"
        )


def check_ports_are_free(settings: Settings) -> None:
    """Raise where something listens on one of the server's ports.

    Raises:
        P360Error: A port is taken; the message names the holder where the system shows it.
    """
    machine.check_port_is_free(settings.thrift_port, "P360_THRIFT_PORT")
    machine.check_port_is_free(settings.connect_port, "P360_CONNECT_PORT")
    machine.check_port_is_free(settings.ui_port, "P360_UI_PORT")


def mark_checked(settings: Settings, record: ServerRecord) -> ServerRecord:
    """Note that the server's settings were read back and found right."""
    checked = replace(record, is_checked=True)
    _write_record(settings, checked)
    return checked


def _write_record(settings: Settings, record: ServerRecord) -> None:
    file = _record_file(settings)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(record), indent=2), encoding="utf-8")
    draft.replace(file)


def _record_file(settings: Settings) -> Path:
    return settings.home / "server.json"


def _say_that_we_wait() -> None:
    say("another p360 is starting the server; waiting for it")


def _check_ports_agree(record: ServerRecord, settings: Settings) -> None:
    wanted = (settings.thrift_port, settings.connect_port, settings.ui_port)
    actual = (record.thrift_port, record.connect_port, record.ui_port)
    if wanted != actual:
        raise P360Error(
            f"the server of {settings.home} runs on ports {actual}, not {wanted}; "
            "run 'p360 down' first"
        )


def _launch(settings: Settings) -> ServerRecord:
    java = find_java(os.environ)
    if java.passed_over:
        warn(f"{java.passed_over}; taking Java {java.version} of {java.source}")
    heap = machine.heap_bytes(os.environ.get("P360_DRIVER_MEMORY"))
    check_metastore_is_free(settings)
    check_ports_are_free(settings)
    shutil.rmtree(settings.home / "tmp", ignore_errors=True)  # What a killed server has left.
    for folder in (settings.warehouse_dir, settings.home / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    attempt = str(int(time.time()))
    command = server_command(java, settings, server_settings(settings, heap, attempt))
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["SPARK_LOCAL_IP"] = HOST  # Keeps the Spark UI off the other interfaces.
    environment["PYSPARK_PYTHON"] = sys.executable  # Scores are worked out in Python (anomalies/).
    with _log_file(settings).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=settings.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    record = ServerRecord(
        pid=process.pid,
        metastore=str(settings.metastore_dir),
        is_checked=False,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        java=f"{java.version} ({java.source})",
        heap=heap,
        attempt=attempt,
        thrift_port=settings.thrift_port,
        connect_port=settings.connect_port,
        ui_port=settings.ui_port,
    )
    _write_record(settings, record)
    return record


def _wait_until_ready(settings: Settings, record: ServerRecord, step: Steps | None = None) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if not record.is_alive():
            _check_disk(settings)
            raise P360Error(_why_it_died(settings))
        if _queries_run(settings) and machine.port_answers(settings.connect_port):
            return
        _check_disk(settings)
        if step is not None:
            step.advance("waiting until queries run", by=0)
        time.sleep(0.3)
    raise P360Error(
        f"the Spark server did not answer in {_START_SECONDS} s; see {_log_file(settings)}, "
        "then 'p360 down' and 'p360 up'"
    )


def _check_disk(settings: Settings) -> None:
    """Raise P360Error where the disk is full: the server may be unable to write even that."""
    if shutil.disk_usage(settings.home).free < _LEAST_DISK:
        raise P360Error(DISK_FULL)


def _queries_run(settings: Settings) -> bool:
    if not machine.port_answers(settings.thrift_port):
        return False
    try:
        with connect(settings) as connection:
            return bool(connection.scalar("select 1") == 1)
    except P360Error:
        return False


def _log_file(settings: Settings) -> Path:
    return settings.logs_dir / "spark-server.log"


def _why_it_died(settings: Settings) -> str:
    log = _log_file(settings)
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    causes = {
        "XSDB6": f"the metastore {settings.metastore_dir} is held by another process; stop it, "
        "or set P360_HOME to another folder",
        "Address already in use": "a port was taken while the server started; run 'p360 up' again",
        "Could not reserve enough space": "the machine has too little memory for the server; "
        "set P360_DRIVER_MEMORY (such as 1g)",
        "No space left on device": f"the disk of {settings.home} is full; make room, "
        "then run 'p360 up' again",
    }
    for sign, cause in causes.items():
        if sign in text:
            return cause
    return f"the Spark server stopped while starting; see {log}"
