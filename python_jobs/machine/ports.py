"""Ports: whether one is free, whether something answers on it, and who holds it."""

from __future__ import annotations

import socket
from errno import EADDRINUSE

import psutil

from python_jobs.errors import P360Error
from python_jobs.settings import HOST


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
                    f"cannot listen on {host}; set P360_LISTEN_HOST to a name or address "
                    "of this machine"
                ) from error
            raise P360Error(
                f"port {port} is taken{_listener(port)}; stop it, or set {variable} to a free port"
            ) from error


def port_answers(port: int, host: str = HOST) -> bool:
    """Return whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        try:
            return probe.connect_ex((host, port)) == 0
        except OSError:  # The host has no address, or none yet.
            return False


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
