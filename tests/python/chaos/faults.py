"""A proxy between dbt and the server that sees every statement and strikes at a chosen one."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

_CHUNK = 1 << 16
_SHUT = socket.SHUT_RDWR


@dataclass
class Fault:
    """What happens, and when.

    Attributes:
        statement: Pattern of the SQL of the statement that it waits for.
        at: Thrift call of that statement's connection at which it strikes: ``ExecuteStatement``
            (before it is sent on), ``GetOperationStatus`` (poll) or ``FetchResults``.
        skip: How many such moments pass before it strikes.
        strike: What to do; None cuts the connection.
        delay: Seconds between the statement's sending and the strike.
        is_first: Whether it strikes before the statement is sent on.
    """

    statement: str
    at: str = "ExecuteStatement"
    skip: int = 0
    strike: Callable[[], object] | None = None
    delay: float = 0.0
    is_first: bool = False
    has_struck: threading.Event = field(default_factory=threading.Event)


class FaultProxy:
    """Forwards connections on a loopback port to the server, until its fault strikes once.

    Attributes:
        fault: What strikes, if anything.
        hold_up: (pattern, seconds): every such statement is sent on only after so long.
    """

    def __init__(self, server_port: int) -> None:
        self.fault: Fault | None = None
        self.hold_up: tuple[str, float] | None = None
        self._server_port = server_port
        self._guard = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for source, target, watched in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._forward, args=(source, target, watched), daemon=True
                ).start()

    def _forward(self, source: socket.socket, target: socket.socket, watched: bool) -> None:
        matched = False
        tail = b""
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if watched and self.fault is not None:
                    text = tail + data
                    tail = text[-4096:]
                    if b"ExecuteStatement" in data:
                        matched = False
                    if re.search(self.fault.statement.encode(), text, re.DOTALL):
                        matched, tail = True, b""
                    if matched and self.fault.at.encode() in data and self._is_due():
                        if self.fault.strike is None:
                            break
                        if self.fault.is_first:
                            self.fault.strike()
                        else:
                            threading.Timer(self.fault.delay, self.fault.strike).start()
                if watched and self.hold_up and re.search(self.hold_up[0].encode(), data):
                    time.sleep(self.hold_up[1])
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(_SHUT)
            one.close()

    def _is_due(self) -> bool:
        fault = self.fault
        assert fault is not None
        with self._guard:
            if fault.has_struck.is_set():
                return False
            if fault.skip > 0:
                fault.skip -= 1
                return False
            fault.has_struck.set()
            return True
