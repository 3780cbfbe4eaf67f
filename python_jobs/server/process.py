"""Starts, stops and describes the one Spark server of a P360_HOME."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psutil

from python_jobs import machine
from python_jobs.cluster.catalogue import create_catalogue
from python_jobs.cluster.metastore import Metastore
from python_jobs.cluster.private import private_settings
from python_jobs.cluster.properties import write_properties
from python_jobs.errors import DISK_FULL, P360Error
from python_jobs.machine.java import find_java
from python_jobs.server.command import (
    SIZES,
    derby_log,
    server_command,
    server_settings,
    spark_environment,
    spark_home,
)
from python_jobs.server.hive_classes import write_missing_classes
from python_jobs.server.start_failures import why_it_died
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import Steps, say, steps, warn

_START_SECONDS = 180
_LEAST_DISK = 8 << 20  # Bytes; with less a server neither starts nor answers.
_STOP_SECONDS = 30
_DERBY_BROKE = re.compile("ERROR XS(LA|D)")  # Of its log of transactions, of its pages.
_BLACKENED = re.compile(r"(?i)secret|password|token|ConnectionURL")  # As Spark redacts them.


@dataclass(frozen=True)
class ServerRecord:
    """What is known of a started server; kept in ``P360_HOME/server.json``.

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
        return ServerRecord(**json.loads(_record_file(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def start(settings: Settings) -> ServerRecord:
    """Start the server, or find it running, and return once queries run.

    Raises:
        P360Error: A port is taken, Java is missing, memory is short, another process holds the
            metastore, or the server did not come up.
    """
    if settings.is_elsewhere:
        raise P360Error("the target cluster's server is started where it runs, not from here")
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    with machine.lock(settings.home / "start.lock", _say_that_we_wait):
        record = read_record(settings)
        if record is not None and record.is_alive() and _metastore_broke(settings):
            _check_disk(settings)
            say("the metastore broke when the disk was full; starting the server anew")
            stop(settings)
            record = None
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


def stay(settings: Settings) -> None:
    """Wait until the server ends; a signal to end stops it first.

    Raises:
        P360Error: It ended by itself.
    """

    def end(signum: int, frame: FrameType | None) -> None:
        stop(settings)
        sys.exit(0)

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, end)
    while (record := read_record(settings)) is not None and record.is_alive():
        time.sleep(1)
    raise P360Error(f"the Spark server ended; see {_log_file(settings)}, then start it again")


def running(settings: Settings) -> ServerRecord | None:
    """Return the record of the server where it runs and answers, else None."""
    record = read_record(settings)
    if (
        record is None
        or not record.is_alive()
        or not machine.port_answers(record.thrift_port, settings.host)
    ):
        return None
    return record


def expected_settings(settings: Settings, record: ServerRecord) -> dict[str, str]:
    """Return the settings that the server must show: all but those that Spark blackens itself."""
    expected = server_settings(settings, record.heap, record.attempt) | _private_settings(settings)
    return {name: value for name, value in expected.items() if not _BLACKENED.search(name)}


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
    host = settings.host
    machine.check_port_is_free(settings.thrift_port, "P360_THRIFT_PORT", host)
    machine.check_port_is_free(settings.connect_port, "P360_CONNECT_PORT", host)
    machine.check_port_is_free(settings.ui_port, "P360_UI_PORT", host)


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
    if record.master != settings.master:
        raise P360Error(
            f"the server of {settings.home} works on {record.master}, not {settings.master}; "
            "run 'p360 down' first"
        )


def _private_settings(settings: Settings) -> dict[str, str]:
    fixed = server_settings(settings, 0, "").keys() - SIZES.keys()
    return private_settings(settings, os.environ, fixed)


def _launch(settings: Settings) -> ServerRecord:
    java = find_java(os.environ)
    if java.passed_over:
        warn(f"{java.passed_over}; taking Java {java.version} of {java.source}")
    heap = machine.heap_bytes(os.environ.get("P360_DRIVER_MEMORY"))
    private = _private_settings(settings)
    check_metastore_is_free(settings)
    check_ports_are_free(settings)
    if not settings.host.startswith("127.") and settings.host != "localhost":
        warn(
            f"the server listens on {settings.host}: whoever reaches its ports can run commands as "
            "this user; keep them in a network of their own"
        )
    derby_log(settings).unlink(missing_ok=True)
    shutil.rmtree(settings.home / "tmp", ignore_errors=True)  # What a killed server has left.
    for folder in (settings.warehouse_dir, settings.home / "tmp"):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    attempt = str(int(time.time()))
    metastore = Metastore.from_environment(os.environ)
    if metastore.url:
        create_catalogue(java, metastore, spark_home() / "jars", settings.logs_dir)
    conf = server_settings(settings, heap, attempt)
    public = {name: value for name, value in conf.items() if name not in private}
    properties = write_properties(settings.home / "server.properties", private)
    classes = write_missing_classes(settings.home / "classes")
    command = server_command(java, settings, public, properties, classes)
    with _log_file(settings).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=settings.home,
            env=spark_environment(settings, java),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    record = ServerRecord(
        pid=process.pid,
        home=str(settings.home),
        master=settings.master,
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
            raise P360Error(why_it_died(settings, _log_file(settings)))
        if _queries_run(settings) and machine.port_answers(settings.connect_port, settings.host):
            return
        _check_disk(settings)
        if step is not None:
            step.advance("waiting until queries run", by=0)
        time.sleep(0.3)
    raise P360Error(
        f"the Spark server did not answer in {_START_SECONDS} s; see {_log_file(settings)}, "
        "then 'p360 down' and 'p360 up'"
    )


def _metastore_broke(settings: Settings) -> bool:
    """Return whether the running server's Derby could not write to disk: it then stays shut."""
    log = derby_log(settings)
    return log.exists() and bool(_DERBY_BROKE.search(log.read_text("utf-8", "replace")))


def _check_disk(settings: Settings) -> None:
    """Raise P360Error where the disk is full: the server may be unable to write even that."""
    if shutil.disk_usage(settings.home).free < _LEAST_DISK:
        raise P360Error(DISK_FULL)


def _queries_run(settings: Settings) -> bool:
    if not machine.port_answers(settings.thrift_port, settings.host):
        return False
    try:
        with connect(settings) as connection:
            return bool(connection.scalar("select 1") == 1)
    except P360Error:
        return False


def _log_file(settings: Settings) -> Path:
    return settings.logs_dir / "spark-server.log"
