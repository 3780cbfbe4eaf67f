"""Takes people out of raw rows that are loaded already, all of a feed's in one step."""

from __future__ import annotations

from datetime import UTC, datetime

from python_jobs.feeds.declarations import declared_feeds, read_feed
from python_jobs.feeds.forgotten import Eraser, SuppressionList, naming_columns
from python_jobs.feeds.forgotten.naming import check_id_is_one_column, check_seeds
from python_jobs.feeds.ingest.stored import FeedTables
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings
from python_jobs.warehouse.rewriting import rewrite_table


def erase_raw_rows(
    connection: ThriftConnection, settings: Settings, suppressed: SuppressionList
) -> dict[str, int]:
    """Erase those who were forgotten from the raw rows of each feed of the schema.

    Returns:
        How many raw rows changed, by feed; feeds that have none of them are left out.

    Raises:
        P360Error: Rows did not arrive, or no column of a feed says that it names a customer.
    """
    changed = {}
    for name in declared_feeds(settings):
        feed = read_feed(settings, name)
        tables = FeedTables(connection, settings, feed)
        current = tables.read_current()
        if not current.rows_tables:
            continue
        tables.settle(current)
        eraser = Eraser(suppressed, naming_columns(settings, feed))
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
        rows_tables, count = [], 0
        for number, old in enumerate(current.rows_tables):
            new = f"{name}_rows__{stamp}_{number}"
            store = settings.store_schema
            some = rewrite_table(
                connection, settings, f"{store}.{old}", f"{store}.{new}", eraser.erase
            )
            rows_tables.append(new if some else old)
            count += some
        if count:
            tables.publish(current.ledger, rows_tables)
            changed[name] = count
    return changed


def check_naming(connection: ThriftConnection, settings: Settings) -> None:
    """Raise where raw rows could not be erased, since nobody knows which column names a customer.

    Raises:
        P360Error: A loaded feed or a seed does not say; the message says what to write.
    """
    for name in declared_feeds(settings):
        if connection.has_view(settings.schema, f"{name}_raw"):
            naming_columns(settings, read_feed(settings, name))
            check_id_is_one_column(settings, name)
    check_seeds(settings)
