"""Reads files of a feed, one after another, and hands their rows to a writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from python_jobs.feeds.declarations import Feed
from python_jobs.feeds.forgotten import Eraser
from python_jobs.feeds.ingest.files import DroppedFile
from python_jobs.feeds.ingest.ledger import LedgerEntry, entry_of
from python_jobs.feeds.ingest.rows import RowShaper, RowsWriter, rows_schema
from python_jobs.feeds.raw_files import RawFile, UnreadableFileError, open_raw_file


class Read(Protocol):
    """Reads a file of a load; what it returns and raises is that of ``read_file``."""

    def __call__(self, file: DroppedFile, sha256: str) -> tuple[LedgerEntry, int]:
        """Read the file of that checksum; its rows are written where it is not refused."""


@dataclass(frozen=True)
class Share:
    """Files that one process reads.

    Attributes:
        feed: Their feed.
        files: The files with their checksums, in the order in which they are read.
        folder: Where their rows go.
        name: What the names of Parquet files begin with.
        loaded_at: When they are loaded, UTC.
        eraser: What erases those who were forgotten; None where nobody was.
    """

    feed: Feed
    files: Sequence[tuple[DroppedFile, str]]
    folder: Path
    name: str
    loaded_at: datetime
    eraser: Eraser | None


@contextmanager
def reading(share: Share) -> Iterator[Read]:
    """Give the function that reads a file of the share; at the end all rows are written."""
    writer = RowsWriter(share.folder, rows_schema(share.feed), name=share.name)

    def read(file: DroppedFile, sha256: str) -> tuple[LedgerEntry, int]:
        try:
            done = read_file(share.feed, file, sha256, share.loaded_at, writer, share.eraser)
        except UnreadableFileError:
            writer.discard()
            raise
        writer.keep()
        return done

    try:
        yield read
        writer.close()
    finally:
        writer.abandon()


def read_file(
    feed: Feed,
    file: DroppedFile,
    sha256: str,
    loaded_at: datetime,
    writer: RowsWriter,
    eraser: Eraser | None = None,
) -> tuple[LedgerEntry, int]:
    """Hand the rows of one file to the writer.

    Returns:
        The file's entry in the ledger, and how many of its rows were erased.

    Raises:
        UnreadableFileError: The file is refused; the writer has to discard what it was given.
    """
    raw = open_raw_file(file.path, file.name, feed.file_format)
    _check_columns(feed, raw, file.name)
    load_id = f"{feed.name}-{sha256[:12]}"
    shaper = RowShaper(feed, file.name, raw.columns, load_id, loaded_at)
    erased = 0
    for batch in raw.batches():
        rows = shaper.shape(batch)
        if eraser is not None:
            rows, changed = eraser.erase(rows)
            erased += changed
        writer.write(rows)
    if raw.sha256 != sha256:
        raise UnreadableFileError(
            f"{file.name} changed while it was read; load it again once it is whole"
        )
    return entry_of(feed, raw, file.name, loaded_at), erased


def _check_columns(feed: Feed, raw: RawFile, name: str) -> None:
    there = {header.casefold() for header in raw.columns}
    if not any(column.header.casefold() in there for column in feed.columns):
        raise UnreadableFileError(
            f"{name} has none of the columns of feed {feed.name} ({feed.declared_in}); "
            "load it into its own feed"
        )
    for column in feed.columns:
        if column.is_required and column.header.casefold() not in there:
            raise UnreadableFileError(
                f"{name} lacks the required column {column.header}; request the file again, or "
                f"change {feed.declared_in}"
            )
