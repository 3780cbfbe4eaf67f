"""What dbt-spark lacks where its connection is lost or a person stops it: an end in one line.

It closes and cancels over the connection that is gone, or that another thread waits on, and dbt
prints the stack trace of that, or hangs.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from dbt.adapters.spark.connections import PyhiveConnectionWrapper
from dbt.plugins.manager import dbtPlugin
from dbt_common.events.event_manager_client import get_event_manager
from thrift.Thrift import TException

_GONE = (TException, OSError, EOFError)
_close = PyhiveConnectionWrapper.close


class LostConnections(dbtPlugin):
    """Mends connections, and leaves stack traces to the log file."""

    def initialize(self) -> None:
        """Change dbt-spark's connections, and what dbt prints."""
        if self.project_name != "project_360":
            return
        setattr(PyhiveConnectionWrapper, "close", close)  # noqa: B010
        setattr(PyhiveConnectionWrapper, "cancel", cancel)  # noqa: B010
        for logger in get_event_manager().loggers:
            if logger.name == "stdout_log":
                logger.filter = _is_for_people


def close(connection: PyhiveConnectionWrapper) -> None:
    """Close a session; the server has closed it already where the connection is lost."""
    with suppress(*_GONE):
        _close(connection)


def cancel(connection: PyhiveConnectionWrapper) -> None:
    """Hang up: the server then ends the session's statement, and the thread waiting for it fails.

    The socket is private to PyHive and Thrift; no other way leads to a thread that waits.
    """
    handle = connection.handle._transport._trans.handle
    if handle is not None:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)


def _is_for_people(event: Any) -> bool:  # noqa: ANN401
    """Keep stack traces to logs/dbt.log; the line before them says what went wrong."""
    return bool(event.info.name != "MainStackTrace")


plugins = [LostConnections]
