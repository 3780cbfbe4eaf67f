"""What people are told of loads: the outcome of one, the files of a feed, and their drift."""

from __future__ import annotations

from collections import defaultdict

from rich.table import Table

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import declared_feeds, read_feed
from python_jobs.feeds.ingest.ledger import LOADED, LedgerEntry
from python_jobs.feeds.ingest.load import Ingested
from python_jobs.feeds.ingest.stored import FeedTables
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import complain, out, say, warn

_SHOWN_NAMES = 3


def print_ingested(feed: str, done: Ingested) -> bool:
    """Print what a load did; return whether every file is loaded now."""
    if done.loaded:
        rows = sum(entry.row_count or 0 for entry in done.loaded)
        out.print(f"loaded: {rows:,} rows of {_files(len(done.loaded))} into feed {feed}")
    if done.erased_rows:
        say(
            f"  {done.erased_rows:,} of them are of people who were forgotten: loaded without names"
        )
    if done.already_loaded:
        records = sum(entry.record_count for _, entry in done.already_loaded)
        count = _files(len(done.already_loaded))
        out.print(f"already loaded: {records:,} records of {count}")
        renamed = [
            f"{name} is {entry.file_name}"
            for name, entry in done.already_loaded
            if name != entry.file_name
        ]
        if renamed:
            say(f"  same content under another name: {_some(renamed)}")
    _warn_of_lines_set_aside(done.loaded)
    for phrase, entries in _by_drift(done.loaded).items():
        names = _some([entry.file_name for entry in entries])
        warn(f"{_files(len(entries))} {phrase}: {names}; see 'p360 drift {feed}'")
    for finding, entries in _by_finding(done.loaded).items():
        names = _some([entry.file_name for entry in entries])
        say(f"{_files(len(entries))} with {finding} ({names}); see 'p360 files {feed}'")
    for entry in done.refused:
        complain(f"refused: {entry.reason}")
    for name in done.changed:
        complain(
            f"{name} has different content than the file loaded under that name; its rows are "
            "unchanged, and --replace loads the new content instead"
        )
    if done.loaded:
        say(f"next: p360 run --feed {feed}")
    return not done.refused and not done.changed


def print_files(settings: Settings, feed_name: str) -> None:
    """Print the ledger of a feed.

    Raises:
        P360Error: The feed is not declared or was never loaded, or no server runs.
    """
    entries = _read_entries(settings, feed_name)
    if not entries:
        raise P360Error(
            f"feed '{feed_name}' has no loaded files; run 'p360 ingest {feed_name} PATH'"
        )
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("file", "status", "loaded (UTC)", "bytes", "rows", "set aside", "read as", "why"):
        right = name in ("bytes", "rows", "set aside")
        table.add_column(name, justify="right" if right else "left")
    for entry in sorted(entries, key=lambda entry: (entry.file_name, entry.loaded_at)):
        table.add_row(
            entry.file_name,
            entry.status,
            f"{entry.loaded_at:%Y-%m-%d %H:%M:%S}",
            _count(entry.byte_count),
            _count(entry.row_count),
            _count(entry.set_aside_count),
            _read_as(entry),
            entry.reason or "",
        )
    out.print(table)


def print_drift(settings: Settings, feed_name: str | None) -> None:
    """Print how the columns of loaded files differ from the declared ones.

    Raises:
        P360Error: The feed is not declared, or no server runs.
    """
    found = False
    for name in [feed_name] if feed_name else declared_feeds(settings):
        loaded = [entry for entry in _read_entries(settings, name) if entry.status == LOADED]
        for phrase, entries in _by_drift(loaded).items():
            found = True
            out.print(f"{name}: {_files(len(entries))} {phrase}", markup=False)
            for entry in entries:
                out.print(f"  {entry.file_name}", markup=False)
    if not found:
        out.print("no drift: all loaded files have the declared columns")


def _read_entries(settings: Settings, feed_name: str) -> list[LedgerEntry]:
    feed = read_feed(settings, feed_name)
    with connect(settings) as connection:
        if not connection.has_schema(settings.schema):
            return []
        return FeedTables(connection, settings, feed).read_current().ledger.entries


def _warn_of_lines_set_aside(entries: list[LedgerEntry]) -> None:
    with_lines = [entry for entry in entries if entry.set_aside_count]
    if with_lines:
        count = sum(entry.set_aside_count or 0 for entry in with_lines)
        names = _some([f"{entry.file_name} ({entry.set_aside_count:,})" for entry in with_lines])
        warn(f"{count:,} lines could not be read as records and are quarantined whole: {names}")


def _by_drift(entries: list[LedgerEntry]) -> dict[str, list[LedgerEntry]]:
    found: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        for phrase in entry.drift:
            found[phrase].append(entry)
    return found


def _by_finding(entries: list[LedgerEntry]) -> dict[str, list[LedgerEntry]]:
    """Return the files by what was found in them, without the lines that are quoted."""
    found: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        if entry.reason:
            found[entry.reason.partition(": '")[0]].append(entry)
    return found


def _read_as(entry: LedgerEntry) -> str:
    if entry.encoding is None:
        return ""
    packed = "" if entry.compression == "none" else f", {entry.compression}"
    delimiter = "" if entry.delimiter is None else f", {entry.delimiter!r}"
    line_end = "" if entry.line_end is None else f", {entry.line_end}"
    return f"{entry.encoding}{delimiter}{line_end}{packed}"


def _files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN_NAMES
    shown = ", ".join(names[:_SHOWN_NAMES])
    return f"{shown} and {more:,} more" if more > 0 else shown
