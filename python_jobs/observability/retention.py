"""``p360 retention records``: for how long it is kept who ran what, and how it went."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from python_jobs.observability.store import KEPT_KINDS, RecordStore
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out


def drop_records(settings: Settings, days: int) -> None:
    """Drop the records of a schema that are older than some days, and say how many.

    Args:
        settings: Whose schema, on a running server.
        days: How many days are kept.
    """
    with connect(settings) as connection:
        store = RecordStore(connection, settings)
        before = datetime.now(UTC) - timedelta(days=days)
        dropped = store.drop_older(before) if store.exists() else 0
    out.print(
        f"dropped: {dropped:,} records of schema {settings.schema} made before {before:%Y-%m-%d} "
        f"(those of kind {' and '.join(KEPT_KINDS)} stay)"
    )
