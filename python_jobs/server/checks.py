"""What must hold before a server starts: free ports, a free metastore, room on the disk."""

from __future__ import annotations

import re
import shutil

from python_jobs.errors import DISK_FULL, P360Error
from python_jobs.machine.locks import file_is_locked, holder_of
from python_jobs.machine.ports import check_port_is_free
from python_jobs.server.logs import derby_log
from python_jobs.server.record import ServerRecord
from python_jobs.settings import Settings
from python_jobs.terminal.console import warn

_LEAST_DISK = 8 << 20  # Bytes; with less a server neither starts nor answers.
_DERBY_BROKE = re.compile("ERROR XS(LA|D)")  # Of its log of transactions, of its pages.


def check_metastore_is_free(settings: Settings) -> None:
    """Raise where another process has the Derby database open.

    Raises:
        P360Error: It is held; the message names the holder where the system shows it.
    """
    lock = settings.metastore_dir / "dbex.lck"
    if file_is_locked(lock):
        raise P360Error(
            f"the metastore {settings.metastore_dir} is held{holder_of(lock)}; "
            "stop that process, or set P360_HOME to another folder"
        )


def check_ports_are_free(settings: Settings) -> None:
    """Raise where something listens on one of the server's ports.

    Raises:
        P360Error: A port is taken; the message names the holder where the system shows it.
    """
    host = settings.host
    check_port_is_free(settings.thrift_port, "P360_THRIFT_PORT", host)
    check_port_is_free(settings.connect_port, "P360_CONNECT_PORT", host)
    check_port_is_free(settings.ui_port, "P360_UI_PORT", host)


def check_disk(settings: Settings) -> None:
    """Raise where the disk is full: the server may be unable to write even that.

    Raises:
        P360Error: Less than 8 MiB are free.
    """
    if shutil.disk_usage(settings.home).free < _LEAST_DISK:
        raise P360Error(DISK_FULL)


def check_same_settings(record: ServerRecord, settings: Settings) -> None:
    """Raise where the running server has other ports or another master than asked for.

    Raises:
        P360Error: It has; the message says which.
    """
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


def metastore_broke(settings: Settings) -> bool:
    """Return whether the running server's Derby could not write to disk: it then stays shut."""
    log = derby_log(settings)
    return log.exists() and bool(_DERBY_BROKE.search(log.read_text("utf-8", "replace")))


def warn_if_open_to_others(settings: Settings) -> None:
    """Warn where the server will listen on more than loopback."""
    if not settings.host.startswith("127.") and settings.host != "localhost":
        warn(
            f"the server listens on {settings.host}: its login passes the network in clear text, "
            "and who knows it can run commands as this user; keep the ports in a network apart"
        )
