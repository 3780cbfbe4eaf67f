"""Reads the server's settings back from the server, and stops one that runs with others."""

from __future__ import annotations

import re
from collections.abc import Mapping

from python_jobs.errors import P360Error
from python_jobs.server.command import private_of, server_settings
from python_jobs.server.record import ServerRecord
from python_jobs.server.stop import stop
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import steps

_BLACKENED = re.compile(r"(?i)secret|password|token|ConnectionURL")  # As Spark redacts them.


def read_back(settings: Settings, record: ServerRecord) -> None:
    """Compare the settings that a session sees with those asked for.

    Raises:
        P360Error: They differ; the server is stopped.
    """
    try:
        with steps("checking its settings"):
            differ = differences(settings, expected_settings(settings, record))
            if differ:
                raise P360Error(
                    "the Spark server runs with other settings than it was started with: "
                    f"{'; '.join(differ)}; look for what sets them here, and run 'p360 up' again"
                )
    except P360Error:
        stop(settings)
        raise


def differences(settings: Settings, expected: Mapping[str, str]) -> list[str]:
    """Return a sentence for each setting that the server shows with another value, or not at all.

    Args:
        settings: Where the server is.
        expected: Setting names and the values that they must have.
    """
    with connect(settings) as connection:
        actual = {str(name): str(value) for name, value, *_ in connection.query("set").rows}
    return [
        f"{name} is '{actual.get(name, '(not set)')}', not '{value}'"
        for name, value in expected.items()
        if actual.get(name) != value
    ]


def expected_settings(settings: Settings, record: ServerRecord) -> dict[str, str]:
    """Return the settings that the server must show: all but those that Spark blackens itself."""
    expected = server_settings(settings, record.heap, record.attempt) | private_of(settings)
    return {name: value for name, value in expected.items() if not _BLACKENED.search(name)}
