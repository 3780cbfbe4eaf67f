"""The ledger of a feed: one entry per file, with what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from python_jobs.feeds.declarations import Feed
from python_jobs.feeds.raw_files import RawFile

LOADED, REPLACED, REFUSED = "loaded", "replaced", "refused"

LEDGER_SCHEMA = pa.schema(
    [
        ("feed", pa.string()),
        ("file_name", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("byte_count", pa.int64()),
        ("sha256", pa.string()),
        ("load_id", pa.string()),
        ("loaded_at", pa.timestamp("us", "UTC")),
        ("row_count", pa.int64()),
        ("set_aside_count", pa.int64()),
        ("blank_line_count", pa.int64()),
        ("columns", pa.list_(pa.string())),
        ("missing_columns", pa.list_(pa.string())),
        ("extra_columns", pa.list_(pa.string())),
        ("recased_columns", pa.list_(pa.string())),
        ("is_reordered", pa.bool_()),
        ("compression", pa.string()),
        ("encoding", pa.string()),
        ("delimiter", pa.string()),
        ("quote", pa.string()),
        ("line_end", pa.string()),
    ]
)


@dataclass(frozen=True)
class LedgerEntry:
    """What came of one file.

    Attributes:
        feed: Name of the feed.
        file_name: Name of the file, below the folder that was named.
        loaded_at: When it was loaded or refused, UTC.
        status: ``loaded``, ``refused``, or ``replaced`` by other content of that name.
        reason: Why it was refused, what replaced it, or how it was read beyond header and rows:
            lines above the header, a column at the end that was left out.
        byte_count: Size of the file as it lay there.
        sha256: Checksum of these bytes.
        load_id: Feed and start of the checksum: the same content has the same load id.
        row_count: Physical records that could be read as rows.
        set_aside_count: Physical records that could not, kept whole beside the rows.
        blank_line_count: Empty lines, which are no records.
        columns: The header as the file writes it.
        missing_columns: Declared columns that the file lacks; null in its rows.
        extra_columns: Columns of the file that are not declared; kept in ``_extra_cells``.
        recased_columns: Columns whose name differs from the declared one in case only.
        is_reordered: Whether the declared columns come in another order.
        compression: ``none``, ``gzip``, ``zstd`` or ``zip``.
        encoding: How the file's bytes were read; ``xlsx`` or ``parquet`` for one that is no text.
        delimiter: What parts its cells; null where it is no CSV.
        quote: What its quoted cells stand in; null likewise.
        line_end: ``LF``, ``CRLF``, ``CR`` or ``mixed``; null for a file that is no text.
    """

    feed: str
    file_name: str
    loaded_at: datetime
    status: str = REFUSED
    reason: str | None = None
    byte_count: int | None = None
    sha256: str | None = None
    load_id: str | None = None
    row_count: int | None = None
    set_aside_count: int | None = None
    blank_line_count: int | None = None
    columns: list[str] = field(default_factory=list)
    missing_columns: list[str] = field(default_factory=list)
    extra_columns: list[str] = field(default_factory=list)
    recased_columns: list[str] = field(default_factory=list)
    is_reordered: bool | None = None
    compression: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    line_end: str | None = None

    @property
    def record_count(self) -> int:
        """Physical records of the file: rows landed and lines set aside."""
        return (self.row_count or 0) + (self.set_aside_count or 0)

    @property
    def drift(self) -> list[str]:
        """How the file's columns differ from the declared ones, a phrase for each way."""
        ways = [
            ("lacks", self.missing_columns),
            ("has besides", self.extra_columns),
            ("writes in other case", self.recased_columns),
        ]
        phrases = [f"{what} {', '.join(names)}" for what, names in ways if names]
        return [*phrases, *(["has its columns in another order"] if self.is_reordered else [])]


class Ledger:
    """The entries of one feed, at most one loaded or refused entry for each file name."""

    def __init__(self, entries: Iterable[LedgerEntry] = ()) -> None:
        self.entries = list(entries)

    @classmethod
    def from_table(cls, table: pa.Table) -> Ledger:
        """Return the ledger that ``to_table`` gave."""
        return cls(LedgerEntry(**row) for row in table.to_pylist())

    def to_table(self) -> pa.Table:
        """Return the entries as a table of ``LEDGER_SCHEMA``."""
        rows: list[dict[str, Any]] = [asdict(entry) for entry in self.entries]
        return pa.Table.from_pylist(rows, schema=LEDGER_SCHEMA)

    @property
    def loaded(self) -> list[LedgerEntry]:
        """The files whose rows are current."""
        return [entry for entry in self.entries if entry.status == LOADED]

    def loaded_as(self, file_name: str) -> LedgerEntry | None:
        """Return the loaded entry of that file name."""
        return next((entry for entry in self.loaded if entry.file_name == file_name), None)

    def with_content(self, sha256: str) -> LedgerEntry | None:
        """Return the loaded entry of that content."""
        return next((entry for entry in self.loaded if entry.sha256 == sha256), None)

    def add(self, entry: LedgerEntry) -> None:
        """Note what came of a file; a loaded file replaces the one of its name."""
        kept = []
        for old in self.entries:
            if old.file_name == entry.file_name and old.status == REFUSED:
                continue
            if old.file_name == entry.file_name and LOADED == old.status == entry.status:
                why = f"replaced by load {entry.load_id}"
                old = replace(old, status=REPLACED, reason=why)
            kept.append(old)
        self.entries = [*kept, entry]


def entry_of(feed: Feed, file: RawFile, file_name: str, loaded_at: datetime) -> LedgerEntry:
    """Return the entry of a file that was read to its end."""
    return LedgerEntry(
        feed=feed.name,
        file_name=file_name,
        loaded_at=loaded_at,
        status=LOADED,
        reason="; ".join(file.findings) or None,
        byte_count=file.size,
        sha256=file.sha256,
        load_id=f"{feed.name}-{file.sha256[:12]}",
        row_count=file.rows,
        set_aside_count=file.lines_set_aside,
        blank_line_count=file.blank_lines,
        columns=list(file.columns),
        compression=file.format.compression,
        encoding=file.format.encoding,
        delimiter=file.format.delimiter,
        quote=file.format.quote,
        line_end=file.format.line_end,
        **_drift(feed, file.columns),
    )


def _drift(feed: Feed, headers: list[str]) -> dict[str, Any]:
    declared = {column.header.casefold(): column for column in feed.columns}
    known = [header for header in headers if header.casefold() in declared]
    found = {header.casefold() for header in known}
    order = [declared[header.casefold()] for header in known]
    return {
        "missing_columns": [c.header for c in feed.columns if c.header.casefold() not in found],
        "extra_columns": [header for header in headers if header.casefold() not in declared],
        "recased_columns": [
            header for header in known if header != declared[header.casefold()].header
        ],
        "is_reordered": order != [column for column in feed.columns if column in order],
    }
