"""What must hold before a server starts: free ports, a free metastore, room on the disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping

from python_jobs.cluster.tls import server_context
from python_jobs.errors import DISK_FULL, P360Error
from python_jobs.machine.locks import file_is_locked, holder_of
from python_jobs.machine.ports import check_port_is_free
from python_jobs.server.logs import derby_log
from python_jobs.server.record import ServerRecord
from python_jobs.settings import Settings

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
    if settings.tls_certificate is not None:
        for variable, (inside, port) in (
            ("P360_THRIFT_PORT", settings.thrift_inside),
            ("P360_CONNECT_PORT", settings.connect_inside),
        ):
            check_port_is_free(port, f"{variable} (TLS needs the port behind it too)", inside)


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
    if bool(record.doors) != bool(settings.tls_certificate):
        has = "has" if record.doors else "has no"
        raise P360Error(
            f"the server of {settings.home} {has} TLS, unlike P360_TLS_CERTIFICATE here; run "
            "'p360 down' first"
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


def check_encryption(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raise where the login would pass a network in clear text.

    Raises:
        P360Error: The server would listen on more than loopback without TLS, and nobody says that
            something else encrypts; or certificate and key do not fit.
    """
    if settings.tls_certificate is not None:
        if settings.tls_key is None:
            raise P360Error("P360_TLS_CERTIFICATE is set and P360_TLS_KEY is not; name its key")
        server_context(settings.tls_certificate, settings.tls_key)
        return
    is_loopback = settings.host.startswith("127.") or settings.host == "localhost"
    if not is_loopback and not environ.get("P360_ENCRYPTED_BY", ""):
        raise P360Error(
            f"the server would listen on {settings.host}, and its login would pass the network in "
            "clear text; set P360_TLS_CERTIFICATE and P360_TLS_KEY, or say in P360_ENCRYPTED_BY "
            "what else encrypts, such as 'wireguard'"
        )
