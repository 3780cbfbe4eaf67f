"""Reads the server's settings back through dbt, and stops a server that runs with others."""

from __future__ import annotations

import json
import re

from python_jobs.dbt.runner import run_dbt
from python_jobs.errors import P360Error
from python_jobs.server.command import private_of, server_settings
from python_jobs.server.record import ServerRecord
from python_jobs.server.stop import stop
from python_jobs.settings import Settings

_BLACKENED = re.compile(r"(?i)secret|password|token|ConnectionURL")  # As Spark redacts them.


def read_back(settings: Settings, record: ServerRecord) -> None:
    """Compare the settings that dbt sees with those asked for.

    Raises:
        P360Error: They differ; the server is stopped.
    """
    expected = expected_settings(settings, record)
    check = ["run-operation", "check_spark_settings", "--args", json.dumps({"expected": expected})]
    try:
        run_dbt(settings, "checking its settings", check)
    except P360Error:
        stop(settings)
        raise


def expected_settings(settings: Settings, record: ServerRecord) -> dict[str, str]:
    """Return the settings that the server must show: all but those that Spark blackens itself."""
    expected = server_settings(settings, record.heap, record.attempt) | private_of(settings)
    return {name: value for name, value in expected.items() if not _BLACKENED.search(name)}
