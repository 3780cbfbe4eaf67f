"""The Spark Connect session that one Python model has for itself."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession as AnySession
from pyspark.sql.connect.session import SparkSession

_USUAL_PORT = 15002
_SECONDS_TO_ANSWER = 5.0
_SECONDS_TO_RELEASE = 5.0
# What they write to the terminal, beside the error that is raised, no person can read.
_LOUD_LOGGERS = ("DataFrameQueryContextLogger", "SQLQueryContextLogger")


class OwnSession:
    """A session that one thread opens and uses, and another watches and ends.

    Attributes:
        place: Where the server is, such as ``sc://127.0.0.1:15002``.
        spark: The session; None before ``open``.
    """

    def __init__(self, url: str, settings: Mapping[str, str]) -> None:
        """Keep what is needed to open it.

        Args:
            url: Where the server is; what follows the port, such as a login, is shown to nobody.
            settings: Spark settings of the session.
        """
        self.place = url.partition("/;")[0]
        self._url = url
        self.spark: SparkSession | None = None
        self._settings = dict(settings)

    def open(self) -> SparkSession:
        """Open the session, and make it the calling thread's own.

        Spark Connect tries for ten minutes where no server answers; ask ``is_reachable`` meanwhile.

        Raises:
            PySparkException: The server refuses, for example a setting.
        """
        for name in _LOUD_LOGGERS:
            PySparkLogger.getLogger(name).setLevel(logging.CRITICAL)
        logging.getLogger("pyspark.sql.connect.logging").setLevel(logging.CRITICAL)
        spark = cast(SparkSession, AnySession.builder.remote(self._url).create())
        self.spark = spark
        for key, value in self._settings.items():
            spark.conf.set(key, value)
        return spark

    def is_reachable(self) -> bool:
        """Return whether something still listens where the server is."""
        place = urlsplit(self.place)
        address = (place.hostname or "localhost", place.port or _USUAL_PORT)
        try:
            socket.create_connection(address, _SECONDS_TO_ANSWER).close()
        except OSError:
            return False
        return True

    def close(self, *, server_is_gone: bool = False) -> None:
        """End the session, and what the server still does for it; takes a few seconds at most."""
        if self.spark is None:
            return
        self.spark.release_session_on_close = not server_is_gone
        closing = threading.Thread(target=self.spark.stop, daemon=True)
        closing.start()
        closing.join(_SECONDS_TO_RELEASE)
