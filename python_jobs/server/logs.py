"""Where a server and its metastore write what happens."""

from __future__ import annotations

from pathlib import Path

from python_jobs.settings import Settings


def server_log(settings: Settings) -> Path:
    """Return the file of everything that the server says; new with each start."""
    return settings.logs_dir / "spark-server.log"


def derby_log(settings: Settings) -> Path:
    """Return the file in which a metastore in Derby writes what goes wrong; new with each start."""
    return settings.logs_dir / "derby.log"
