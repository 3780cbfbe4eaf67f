"""What this machine has: memory, free ports, and who holds a file or a port."""

from __future__ import annotations

import fcntl
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EADDRINUSE
from pathlib import Path

import psutil

from python_jobs.errors import DISK_FULL, P360Error
from python_jobs.settings import HOST

GIB = 1024**3
_OVERHEAD = GIB // 2  # What a JVM takes beside its heap, roughly.
_SMALLEST_HEAP = GIB
_SMALLEST_SPACE = 10 * 1024**2


def heap_bytes(wanted: str | None) -> int:
    """Return how much heap to give the server, in bytes.

    Args:
        wanted: ``P360_DRIVER_MEMORY`` such as ``4g`` or ``1500m``; None for a quarter of the
            machine's memory, at least 1 GiB and at most 4 GiB.

    Raises:
        P360Error: The text is no size, or so much is not free.
    """
    memory = psutil.virtual_memory()
    if wanted is None:
        heap = min(max(memory.total // 4, _SMALLEST_HEAP), 4 * GIB)
    else:
        heap = _parse_size(wanted)
    if memory.available < heap + _OVERHEAD:
        raise P360Error(
            f"too little memory: the Spark server needs {(heap + _OVERHEAD) / GIB:.1f} GiB and "
            f"{memory.available / GIB:.1f} GiB are free; close something, or set "
            "P360_DRIVER_MEMORY (such as 1g)"
        )
    return heap


def _parse_size(text: str) -> int:
    units = {"m": 1024**2, "g": GIB}
    number, unit = text[:-1], text[-1:].lower()
    if not number.isdecimal() or unit not in units or int(number) * units[unit] < _SMALLEST_HEAP:
        raise P360Error(f"P360_DRIVER_MEMORY is '{text}'; write a size of 1g or more, such as 4g")
    return int(number) * units[unit]


def check_space(folder: Path) -> None:
    """Raise where the disk of a folder, which need not be there yet, has no room to begin with.

    Spark and its metastore meet a full disk with retries that take minutes, one by one.

    Raises:
        P360Error: Less than 10 MiB are free.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if shutil.disk_usage(there).free < _SMALLEST_SPACE:
        raise P360Error(DISK_FULL)


def check_port_is_free(port: int, variable: str, host: str = HOST) -> None:
    """Raise unless a server can listen on the port.

    Raises:
        P360Error: Something listens there, or the host is no address of this machine.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != EADDRINUSE:
                raise P360Error(
                    f"nobody can listen on {host} here; set P360_LISTEN_HOST to a name or address "
                    "of this machine"
                ) from error
            raise P360Error(
                f"port {port} is taken{_listener(port)}; stop that, or set {variable} to a free one"
            ) from error


def port_answers(port: int, host: str = HOST) -> bool:
    """Return whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        try:
            return probe.connect_ex((host, port)) == 0
        except OSError:  # The host has no address, or none yet.
            return False


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
    for process in psutil.process_iter(["pid", "name"]):
        try:
            if any(Path(opened.path) == path for opened in process.open_files()):
                return f" by process {process.pid} ({process.info['name']})"
        except psutil.Error:
            continue
    return ""


def _listener(port: int) -> str:
    try:
        connections = psutil.net_connections("tcp")
    except psutil.Error:
        return ""
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN and connection.pid is not None
        if listens and tuple(connection.laddr)[1:] == (port,):
            return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return ""
