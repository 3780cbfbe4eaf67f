"""Loads files of a feed: each once, each record accounted for, all of a call in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from python_jobs.feeds.declarations import Feed, read_feed
from python_jobs.feeds.forgotten import Eraser, SuppressionList, naming_columns
from python_jobs.feeds.ingest.files import DroppedFile, find_files
from python_jobs.feeds.ingest.ledger import REFUSED, Ledger, LedgerEntry
from python_jobs.feeds.ingest.readers import readers
from python_jobs.feeds.ingest.rows import rows_schema
from python_jobs.feeds.ingest.stored import FeedTables
from python_jobs.feeds.raw_files import UnreadableFileError, checksum
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import Steps, steps


@dataclass
class Ingested:
    """What an ingest did with the files it was given.

    Attributes:
        loaded: Entries of the files whose rows are new.
        already_loaded: For each file whose content is loaded already, its name and that entry.
        changed: Names of files that hold other content than was loaded under their name.
        refused: Entries of the files that could not be read.
        replaced: Names of loaded files whose earlier rows are gone.
        erased_rows: Records of people who were forgotten, loaded without what names them.
    """

    loaded: list[LedgerEntry] = field(default_factory=list)
    already_loaded: list[tuple[str, LedgerEntry]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    refused: list[LedgerEntry] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    erased_rows: int = 0


def ingest(
    settings: Settings, feed_name: str, paths: Sequence[Path], *, replace: bool = False
) -> Ingested:
    """Load the files that are new to the feed.

    The rows become current together, at the end, in one step; a crash before it leaves the feed as
    it was. A file that cannot be read is refused, and the others go on.

    Args:
        settings: Where the server and the warehouse are.
        feed_name: Name of a declared feed.
        paths: CSV files, or folders of them.
        replace: Whether a file of a known name and other content replaces the rows it had.

    Raises:
        P360Error: The feed is not declared, a path names nothing, or the disk is full.
    """
    feed = read_feed(settings, feed_name)
    files = find_files(paths)
    done = Ingested()
    with connect(settings) as connection:
        for schema in (settings.schema, settings.store_schema, settings.live_schema):
            connection.query(f"create schema if not exists {schema}")
        tables = FeedTables(connection, settings, feed)
        current = tables.read_current()
        tables.settle(current)
        ledger, rows_tables = current.ledger, current.rows_tables
        with steps(f"checking {len(files):,} files", total=len(files)) as step:
            wanted = _choose(files, feed, ledger, done, step, replace=replace)
        if wanted:
            rows_table, folder = tables.create_rows_table()
            with steps(f"reading {len(wanted):,} files", total=len(wanted)) as step:
                _read_files(
                    feed, wanted, folder, ledger, done, step, eraser=eraser_of(settings, feed)
                )
            if done.loaded:
                tables.check_rows(rows_table, done.loaded)
                rows_tables = [*rows_tables, rows_table]
        is_outdated = bool(rows_tables) and current.columns != rows_schema(feed).names
        if rows_tables and (done.loaded or done.refused or is_outdated):
            with steps("publishing them"):
                tables.publish(ledger, rows_tables)
    return done


def _choose(
    files: Sequence[DroppedFile],
    feed: Feed,
    ledger: Ledger,
    done: Ingested,
    step: Steps,
    *,
    replace: bool,
) -> list[tuple[DroppedFile, str]]:
    """Return the files to read, with their checksums; note in ``done`` why not the others."""
    wanted = []
    for file in files:
        step.advance(file.name)
        try:
            sha256 = checksum(file.path)
        except UnreadableFileError as error:
            _refuse(feed, file, ledger, done, error)
            continue
        known = ledger.with_content(sha256)
        if known is not None:
            done.already_loaded.append((file.name, known))
        elif ledger.loaded_as(file.name) is not None and not replace:
            done.changed.append(file.name)
        else:
            wanted.append((file, sha256))
    return wanted


def _read_files(
    feed: Feed,
    files: Sequence[tuple[DroppedFile, str]],
    folder: Path,
    ledger: Ledger,
    done: Ingested,
    step: Steps,
    *,
    eraser: Eraser | None,
) -> None:
    """Write the rows of the files below the folder and note each file in ledger and ``done``."""
    with readers(feed, files, folder, eraser) as read:
        for file, sha256 in files:
            step.advance(file.name)
            twin = ledger.with_content(sha256)
            if twin is not None:  # Two files of this very call are alike.
                done.already_loaded.append((file.name, twin))
                continue
            try:
                entry, erased = read(file, sha256)
            except UnreadableFileError as error:
                _refuse(feed, file, ledger, done, error)
                continue
            if ledger.loaded_as(file.name) is not None:
                done.replaced.append(file.name)
            ledger.add(entry)
            done.loaded.append(entry)
            done.erased_rows += erased


def eraser_of(settings: Settings, feed: Feed) -> Eraser | None:
    """Return what erases those who were forgotten; None where nobody was.

    Raises:
        P360Error: The suppression list cannot be read, or no column says that it names a customer.
    """
    suppressed = SuppressionList.read(settings)
    return Eraser(suppressed, naming_columns(settings, feed)) if suppressed else None


def _refuse(
    feed: Feed, file: DroppedFile, ledger: Ledger, done: Ingested, error: UnreadableFileError
) -> None:
    entry = LedgerEntry(feed.name, file.name, datetime.now(UTC), REFUSED, reason=str(error))
    ledger.add(entry)
    done.refused.append(entry)
