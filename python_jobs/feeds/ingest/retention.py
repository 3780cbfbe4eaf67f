"""``p360 retention files``: raw files go once their rows are in the tables, and old enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import read_feed
from python_jobs.feeds.ingest.files import DroppedFile, find_files
from python_jobs.feeds.ingest.ledger import Ledger
from python_jobs.feeds.ingest.stored import FeedTables
from python_jobs.feeds.raw_files import UnreadableFileError, checksum
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, say

_SHOWN = 5


def drop_files(settings: Settings, feed_name: str, paths: Sequence[Path], days: int) -> None:
    """Delete the raw files whose rows have been in the feed's tables for some days.

    Args:
        settings: Where the server and the warehouse are.
        feed_name: Name of a declared feed.
        paths: Files, or folders of them.
        days: For how many days a file is kept after it was loaded.

    Raises:
        P360Error: The feed is not declared, was never loaded, or a path names nothing.
    """
    feed = read_feed(settings, feed_name)
    files = find_files(paths)
    with connect(settings) as connection:
        ledger = FeedTables(connection, settings, feed).read_current().ledger
        if not ledger.loaded:
            raise P360Error(
                f"feed '{feed_name}' has no loaded files; run 'p360 ingest {feed_name} PATH'"
            )
        arrived = {
            str(load_id): int(rows)
            for load_id, rows in connection.query(
                f"select _load_id, count(*) from {settings.schema}.{feed_name}_raw group by 1"
            ).rows
        }
    before = datetime.now(UTC) - timedelta(days=days)
    stays = {file: reason_to_stay(file, ledger, arrived, before) for file in files}
    for file, reason in stays.items():
        if not reason:
            file.path.unlink()
    kept = [(file, reason) for file, reason in stays.items() if reason]
    out.print(f"deleted: {len(files) - len(kept):,} of {len(files):,} files of feed {feed_name}")
    for file, reason in kept[:_SHOWN]:
        say(f"  stays: {file.name}, {reason}")
    if len(kept) > _SHOWN:
        say(f"  and {len(kept) - _SHOWN:,} more")


def reason_to_stay(
    file: DroppedFile, ledger: Ledger, arrived: Mapping[str, int], before: datetime
) -> str:
    """Return why a file stays; empty where each of its records is a raw row.

    Args:
        file: The file.
        ledger: The ledger of its feed.
        arrived: Raw rows of each load.
        before: When a file that goes was loaded, at the latest, UTC.
    """
    try:
        entry = ledger.with_content(checksum(file.path))
    except UnreadableFileError as error:
        return str(error)
    if entry is None:
        return "its content is not loaded"
    if entry.loaded_at >= before:
        return f"loaded on {entry.loaded_at:%Y-%m-%d}"
    rows = arrived.get(entry.load_id or "", 0)
    if rows != entry.record_count:
        return f"{rows:,} of its {entry.record_count:,} records are raw rows"
    return ""
