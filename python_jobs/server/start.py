"""Starts the one Spark server of a P360_HOME: checks, command line, launch, wait, read back."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from python_jobs.cluster.catalogue import create_catalogue
from python_jobs.cluster.login import connect_settings, make_secret
from python_jobs.cluster.metastore import Metastore
from python_jobs.cluster.properties import write_properties
from python_jobs.errors import P360Error
from python_jobs.machine.java import Java, find_java
from python_jobs.machine.locks import lock
from python_jobs.machine.memory import heap_bytes
from python_jobs.machine.ports import port_answers
from python_jobs.machine.spark import spark_environment, spark_home
from python_jobs.server.checks import (
    check_disk,
    check_encryption,
    check_metastore_is_free,
    check_ports_are_free,
    check_same_settings,
    metastore_broke,
)
from python_jobs.server.command import private_of, server_command, server_settings
from python_jobs.server.hive_classes import write_missing_classes
from python_jobs.server.login_class import compile_login
from python_jobs.server.logs import derby_log, server_log
from python_jobs.server.read_back import read_back
from python_jobs.server.record import ServerRecord, forget_record, read_record, write_record
from python_jobs.server.restoring import check_no_restore
from python_jobs.server.start_failures import why_it_died
from python_jobs.server.stop import stop
from python_jobs.server.thrift import CertificateRefusedError, LoginRefusedError, connect
from python_jobs.server.tls_doors import are_open, close_doors, open_doors
from python_jobs.settings import Settings
from python_jobs.terminal.console import Steps, say, steps, warn

_START_SECONDS = 180


def start(settings: Settings) -> ServerRecord:
    """Start the server, or find it running, and return once queries run.

    The settings of a server that is not yet marked as checked are read back; whoever has cleared
    up behind the server before it marks it (``mark_checked``).

    Raises:
        P360Error: A port is taken, Java is missing, memory is short, another process holds the
            metastore, the server did not come up, or it runs with other settings than asked for.
    """
    if settings.is_elsewhere:
        raise P360Error(
            "the server of target cluster cannot be started from here; start it where it runs"
        )
    check_no_restore(settings)
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    with lock(settings.home / "start.lock", _say_that_we_wait):
        record = _find_running(settings)
        if record is None:
            java, heap = _check(settings)
            attempt = str(int(time.time()))
            command = _command_line(settings, java, heap, attempt)
            record = _launch(settings, command, java, heap, attempt)
            with steps("starting the Spark server") as step:
                _wait_until_ready(settings, record, step)
        else:
            check_same_settings(record, settings)
            _wait_until_ready(settings, record)
        if not record.is_checked:
            read_back(settings, record)
        return record


def _find_running(settings: Settings) -> ServerRecord | None:
    """Return the server that runs; one whose metastore broke is stopped, a dead one forgotten."""
    record = read_record(settings)
    if record is None:
        return None
    if not record.is_alive():
        say(f"removing the stale record of a server that died (process {record.pid})")
        close_doors(record.doors)
        forget_record(settings)
        return None
    if not settings.login_file.exists():
        check_same_settings(record, settings)
        say("the server has no login, or lost it; restarting it with one")
        stop(settings)
        return None
    if metastore_broke(settings):
        check_disk(settings)
        say("the metastore broke when the disk was full; restarting the server")
        stop(settings)
        return None
    if not are_open(record.doors):
        say("the process that ends TLS has died; starting it again")
        record = replace(record, doors=open_doors(settings, record.pid))
        write_record(settings, record)
    return record


def _check(settings: Settings) -> tuple[Java, int]:
    """Return the Java to start on and the heap in bytes; raise where anything is missing."""
    java = find_java(os.environ)
    if java.passed_over:
        warn(f"{java.passed_over}; taking Java {java.version} of {java.source}")
    heap = heap_bytes(os.environ.get("P360_DRIVER_MEMORY"))
    check_metastore_is_free(settings)
    check_ports_are_free(settings)
    check_encryption(settings, os.environ)
    return java, heap


def _command_line(settings: Settings, java: Java, heap: int, attempt: str) -> list[str]:
    """Return the server's command line, with the files that it names written."""
    private = private_of(settings)
    asked = connect_settings(make_secret(settings))
    conf = server_settings(settings, heap, attempt)
    public = {name: value for name, value in conf.items() if name not in private}
    properties = write_properties(settings.home / "server.properties", private | asked)
    classes = write_missing_classes(settings.home / "classes")
    compile_login(java, classes)
    return server_command(java, settings, public, properties, classes)


def _launch(
    settings: Settings, command: list[str], java: Java, heap: int, attempt: str
) -> ServerRecord:
    """Start the process on clean folders and a whole catalogue, and keep its record."""
    derby_log(settings).unlink(missing_ok=True)
    _make_folders(settings)
    metastore = Metastore.from_environment(os.environ)
    if metastore.url:
        create_catalogue(java, metastore, spark_home() / "jars", settings.logs_dir)
    with server_log(settings).open("wb") as log:
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
        doors=open_doors(settings, process.pid),
    )
    write_record(settings, record)
    return record


def _make_folders(settings: Settings) -> None:
    """Make the warehouse, and the temporary folder without what a killed server has left."""
    temporary = settings.home / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    folders: list[Path | None] = [settings.warehouse_dir, temporary]
    for folder in folders:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)


def _wait_until_ready(settings: Settings, record: ServerRecord, step: Steps | None = None) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if not record.is_alive():
            check_disk(settings)
            raise P360Error(why_it_died(settings, server_log(settings)))
        if _queries_run(settings) and port_answers(settings.connect_port, settings.host):
            return
        check_disk(settings)
        if step is not None:
            step.advance("waiting until queries run", by=0)
        time.sleep(0.3)
    raise P360Error(
        f"the Spark server did not answer in {_START_SECONDS} s; see {server_log(settings)}, "
        "then 'p360 down' and 'p360 up'"
    )


def _queries_run(settings: Settings) -> bool:
    if not port_answers(settings.thrift_port, settings.host):
        return False
    try:
        with connect(settings) as connection:
            return bool(connection.scalar("select 1") == 1)
    except (LoginRefusedError, CertificateRefusedError):
        raise
    except P360Error:
        return False


def _say_that_we_wait() -> None:
    say("another p360 is starting the server; waiting for it")
