"""What each command that needs the server begins with."""

from __future__ import annotations

from python_jobs.server.record import mark_checked
from python_jobs.server.start import start
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.warehouse.leftovers import sweep_every_schema


def start_server(settings: Settings) -> None:
    """Start the server where it does not run, and sweep what the one before has left.

    One that is elsewhere must run already; each run of dbt reads back what numbers depend on.

    Raises:
        P360Error: The server did not start, or runs with other settings than asked for.
    """
    if settings.is_elsewhere:
        with connect(settings) as connection:
            connection.scalar("select 1")
        return
    record = start(settings)
    if not record.is_checked:
        sweep_every_schema(settings)
        mark_checked(settings, record)
