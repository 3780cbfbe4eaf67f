"""Rows of a feed as Arrow tables and Parquet files: by name, as text, with where each one stood."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from python_jobs.feeds.declarations import Feed
from python_jobs.feeds.raw_files import Batch, SetAsideLine

_EXTRA_CELLS = pa.field("_extra_cells", pa.map_(pa.string(), pa.string()))
_LOADED_AT = pa.timestamp("us", "UTC")
# What stands beside the cells. A line that is set aside is a row whose cells are all null.
_LINEAGE = (
    ("_feed", pa.string()),
    ("_load_id", pa.string()),
    ("_source_file", pa.string()),
    ("_row_number", pa.int64()),
    ("_line_number", pa.int64()),
    ("_loaded_at", _LOADED_AT),
    ("_set_aside_reason", pa.string()),
    ("_set_aside_detail", pa.string()),
    ("_set_aside_text", pa.string()),
    ("_set_aside_bytes", pa.binary()),
)
_OWN_FILE_BYTES = 64 << 20  # Rows of smaller files share a Parquet file.
_WRITES_AHEAD = 2


def rows_schema(feed: Feed) -> pa.Schema:
    """Return the columns of the feed's raw table: cells, undeclared cells, lineage."""
    cells = [pa.field(column.name, pa.string()) for column in feed.columns]
    return pa.schema([*cells, _EXTRA_CELLS, *(pa.field(*pair) for pair in _LINEAGE)])


class RowShaper:
    """Gives the batches of one file the columns of the feed's raw table.

    Args:
        feed: The declaration.
        file_name: What the file is called in the tables.
        headers: The file's columns, as its header writes them.
        load_id: Id of its load.
        loaded_at: When it is loaded, UTC.
    """

    def __init__(
        self, feed: Feed, file_name: str, headers: list[str], load_id: str, loaded_at: datetime
    ) -> None:
        self._schema = rows_schema(feed)
        by_name = {header.casefold(): header for header in headers}
        self._sources = [by_name.pop(column.header.casefold(), None) for column in feed.columns]
        self._extras = list(by_name.values())
        self._constants = {
            "_feed": feed.name,
            "_load_id": load_id,
            "_source_file": file_name,
            "_loaded_at": loaded_at,
        }

    def shape(self, batch: Batch) -> pa.Table:
        """Return rows and set-aside lines of the batch as one table."""
        rows = self._table(
            batch.rows.num_rows,
            {
                name: batch.rows[source]
                for name, source in zip(self._schema.names, self._sources, strict=False)
                if source is not None
            }
            | {name: batch.rows[name] for name in ("_row_number", "_line_number")}
            | {"_extra_cells": self._extra_cells(batch.rows)},
        )
        if not batch.set_aside:
            return rows
        return pa.concat_tables([rows, self._set_aside(batch.set_aside)])

    def _set_aside(self, lines: list[SetAsideLine]) -> pa.Table:
        return self._table(
            len(lines),
            {
                "_row_number": pa.array([line.row_number for line in lines], pa.int64()),
                "_line_number": pa.array([line.line_number for line in lines], pa.int64()),
                "_set_aside_reason": pa.array([line.reason for line in lines], pa.string()),
                "_set_aside_detail": pa.array([line.detail for line in lines], pa.string()),
                "_set_aside_text": pa.array([line.text for line in lines], pa.string()),
                "_set_aside_bytes": pa.array([line.content for line in lines], pa.binary()),
            },
        )

    def _table(self, rows: int, columns: dict[str, pa.Array | pa.ChunkedArray | None]) -> pa.Table:
        arrays = []
        for column in self._schema:
            given = columns.get(column.name)
            if given is None and column.name in self._constants:
                value = pa.scalar(self._constants[column.name], column.type)
                given = pa.repeat(value, rows)
            arrays.append(pa.nulls(rows, column.type) if given is None else given)
        return pa.table(arrays, schema=self._schema)

    def _extra_cells(self, rows: pa.Table) -> pa.Array | None:
        if not self._extras:
            return None
        width, count = len(self._extras), rows.num_rows
        # Row by row the cells of the extra columns: taken from the columns laid end to end.
        laid = pa.concat_arrays([rows[name].combine_chunks() for name in self._extras])
        order = (np.arange(count)[:, None] + np.arange(width) * count).ravel()
        keys = pa.array(self._extras, pa.string()).take(pa.array(order // max(count, 1)))
        offsets = pa.array(np.arange(count + 1, dtype=np.int32) * width)
        return pa.MapArray.from_arrays(offsets, keys, laid.take(pa.array(order)))


class RowsWriter:
    """Writes the rows of many files as Parquet files of one folder, none of a file that is refused.

    Memory is bounded: the rows of a large file go to a Parquet file of its own as they come. The
    writing happens in a thread beside the reading.

    Args:
        folder: Where the Parquet files go.
        schema: Columns of all rows.
        group_rows: How many rows stand together at most, so that several tasks can share a file.
        name: What the names of the Parquet files begin with.
    """

    def __init__(
        self, folder: Path, schema: pa.Schema, group_rows: int | None = None, name: str = "rows"
    ) -> None:
        self._folder = folder
        self._schema = schema
        self._group_rows = group_rows
        self._name = name
        self._numbers = count()
        self._thread = ThreadPoolExecutor(1)
        self._running: list[Future[None]] = []
        self._kept: list[pa.Table] = []  # Rows of whole small files.
        self._held: list[pa.Table] = []  # Rows of the file that is being read.
        self._own: tuple[Path, pq.ParquetWriter] | None = None

    def write(self, table: pa.Table) -> None:
        """Take rows of the file that is being read."""
        self._held.append(table)
        if self._own is not None or _size(self._held) > _OWN_FILE_BYTES:
            if self._own is None:
                self._own = self._open()
            for part in self._held:
                self._submit(self._own[1].write_table, part, self._group_rows)
            self._held = []

    def keep(self) -> None:
        """The file was read to its end and is good: its rows are part of the load."""
        if self._own is not None:
            self._submit(self._own[1].close)
            self._own = None
        self._kept += self._held
        self._held = []
        if _size(self._kept) > _OWN_FILE_BYTES:
            self._write_kept()

    def discard(self) -> None:
        """The file is refused: none of its rows stay."""
        self._held = []
        if self._own is not None:
            path, writer = self._own
            self._own = None
            self._wait(0)
            writer.close()
            path.unlink()

    def close(self) -> None:
        """Write what is left; the folder is complete then."""
        self._write_kept()
        self._wait(0)
        self._thread.shutdown()

    def abandon(self) -> None:
        """End the thread, whatever is left to write."""
        self._thread.shutdown(cancel_futures=True)

    def _write_kept(self) -> None:
        if self._kept:
            _, writer = self._open()
            self._submit(writer.write_table, pa.concat_tables(self._kept), self._group_rows)
            self._submit(writer.close)
            self._kept = []

    def _open(self) -> tuple[Path, pq.ParquetWriter]:
        path = self._folder / f"{self._name}-{next(self._numbers):05}.parquet"
        return path, pq.ParquetWriter(path, self._schema, compression="zstd")

    def _submit(self, work: Callable[..., None], *arguments: pa.Table | int | None) -> None:
        self._wait(_WRITES_AHEAD)
        self._running.append(self._thread.submit(work, *arguments))

    def _wait(self, most: int) -> None:
        while len(self._running) > most:
            self._running.pop(0).result()


def _size(tables: list[pa.Table]) -> int:
    return sum(table.nbytes for table in tables)
