"""Loads raw CSV files of a feed, as they are: every cell as text, with file and record number.

One call loads one set of files as one load and makes it the feed's current raw rows. The rows are
written under a new name and become current by moving a view, so a crash leaves the load before.
"""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from python_jobs.console import Steps, say, steps
from python_jobs.errors import P360Error
from python_jobs.settings import Settings
from python_jobs.thrift import ThriftConnection, connect

_BATCH_ROWS = 50_000
_LINEAGE = ("_feed", "_load_id", "_source_file", "_row_number", "_loaded_at")
_FEED_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Load:
    """What an ingest did.

    Attributes:
        load_id: Feed and checksum of all files; the same files have the same id.
        files: Number of files.
        rows: Number of records.
        is_new: Whether the load was written now; False where it was current already.
    """

    load_id: str
    files: int
    rows: int
    is_new: bool


def ingest(settings: Settings, feed: str, paths: Sequence[Path]) -> Load:
    """Make the records of the files the current raw rows of the feed.

    Args:
        settings: Where the server and the warehouse are.
        feed: Name of the feed; its rows become ``<schema>.<feed>_raw``.
        paths: CSV files, or folders whose ``*.csv`` files are taken in name order.

    Raises:
        P360Error: A file cannot be read as CSV; nothing is loaded then.
    """
    if not _FEED_NAME.fullmatch(feed):
        raise P360Error(f"'{feed}' is no feed name; use lower-case words joined by single _")
    table = f"{feed}_raw"
    if (settings.project_dir / "seeds" / f"{table}.csv").exists():
        raise P360Error(f"feed '{feed}' is a seed of dbt; choose another name for your files")
    files = _csv_files(paths)
    load_id = f"{feed}-{_checksum(files)}"
    with connect(settings) as connection:
        for schema in (settings.schema, settings.store_schema, settings.live_schema):
            connection.query(f"create schema if not exists {schema}")
        if _current_load(connection, settings, table) == load_id:
            rows = connection.scalar(f"select count(*) from {settings.schema}.{table}")
            return Load(load_id, len(files), int(rows), is_new=False)
        landing = settings.home / "landing" / table
        shutil.rmtree(landing, ignore_errors=True)  # What a load that was killed has left.
        landing.mkdir(parents=True)
        try:
            with steps(f"reading {len(files)} files", total=len(files)) as step:
                rows = _write_parquet(files, landing / "rows.parquet", feed, load_id, step)
            with steps(f"loading {rows:,} rows"):
                _publish(connection, settings, table, landing, load_id, rows)
        finally:
            shutil.rmtree(landing)
    return Load(load_id, len(files), rows, is_new=True)


def _csv_files(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return (name to keep, file) for every CSV file, in name order."""
    files: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            found = [file for file in path.rglob("*") if file.is_file()]
            taken = [file for file in found if file.suffix.lower() == ".csv"]
            if not taken:
                raise P360Error(f"{path} holds no *.csv file; name another folder, or the files")
            if len(taken) < len(found):
                say(f"not taken from {path}: {len(found) - len(taken)} files that are not *.csv")
            files += [(file.relative_to(path).as_posix(), file) for file in taken]
        elif path.is_file():
            files.append((path.name, path))
        else:
            raise P360Error(f"{path} does not exist; name a CSV file or a folder of them")
    names = [name for name, _ in files]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise P360Error(f"two files are called {twice}; load folders with distinct file names")
    return sorted(files)


def _checksum(files: Sequence[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, file in files:
        digest.update(f"{name}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:12]


def _current_load(connection: ThriftConnection, settings: Settings, table: str) -> str | None:
    """Return the load id in the name of the stored table that the feed's view shows."""
    if not connection.has_view(settings.schema, table):
        return None
    description = connection.query(f"describe extended {settings.schema}.{table}").rows
    text = next(value for name, value, *_ in description if name == "View Text")
    match = re.search(r"_raw__([0-9a-f]{12})_", text)
    return f"{table.removesuffix('_raw')}-{match.group(1)}" if match else None


def _write_parquet(
    files: Sequence[tuple[str, Path]], target: Path, feed: str, load_id: str, step: Steps
) -> int:
    header: list[str] | None = None
    writer: pq.ParquetWriter | None = None
    rows = 0
    loaded_at = datetime.now(UTC)
    try:
        for name, file in files:
            for columns, first_row, batch in read_batches(name, file):
                if header is None or writer is None:
                    header = columns
                    writer = pq.ParquetWriter(target, _schema(columns), compression="snappy")
                if columns != header:
                    raise P360Error(
                        f"{name} has the columns {', '.join(columns)}, the files before have "
                        f"{', '.join(header)}; load files of one kind together"
                    )
                cells = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
                count = len(batch)
                lineage = [
                    pa.array([feed] * count),
                    pa.array([load_id] * count),
                    pa.array([name] * count),
                    pa.array(range(first_row, first_row + count), pa.int64()),
                    pa.array([loaded_at] * count, pa.timestamp("us", "UTC")),
                ]
                writer.write_table(pa.table([*cells, *lineage], schema=_schema(columns)))
                rows += count
            step.advance(name)
    finally:
        if writer is not None:
            writer.close()
    if rows == 0:
        raise P360Error("the files hold a header and no records; nothing was loaded")
    return rows


def _schema(columns: Sequence[str]) -> pa.Schema:
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64(), pa.timestamp("us", "UTC"))
    cells = [(column, pa.string()) for column in columns]
    return pa.schema([*cells, *zip(_LINEAGE, kinds, strict=True)])


def read_batches(name: str, file: Path) -> Iterator[tuple[list[str], int, list[list[str]]]]:
    """Yield (columns, number of the first record, records) of one file."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            columns = [column.strip().lower() for column in next(reader, [])]
            if not columns or "" in columns or len(set(columns)) < len(columns):
                raise P360Error(f"{name} has no header, or one with blank or repeated names")
            batch: list[list[str]] = []
            first = 1
            for record in reader:
                if not record:
                    continue  # An empty line is no record.
                if len(record) != len(columns):
                    raise P360Error(
                        f"{name}, line {reader.line_num}: {len(record)} cells where the header "
                        f"has {len(columns)}; put that line right, nothing was loaded"
                    )
                batch.append(record)
                if len(batch) == _BATCH_ROWS:
                    yield columns, first, batch
                    first, batch = first + len(batch), []
            if batch:
                yield columns, first, batch
        except UnicodeDecodeError as error:
            raise P360Error(
                f"{name} is not UTF-8 (byte {error.start}); save it as UTF-8, nothing was loaded"
            ) from error
        except csv.Error as error:
            raise P360Error(
                f"{name}, line {reader.line_num}: {error}; put that line right, nothing was loaded"
            ) from error


def check_csv_files(folder: Path) -> None:
    """Read every CSV file below a folder to its end.

    Raises:
        P360Error: A file has no header, a line with too few or too many cells, an open quote, or
            bytes that are not UTF-8; the message names file and line.
    """
    for file in sorted(folder.rglob("*.csv")):
        for _ in read_batches(file.relative_to(folder.parent).as_posix(), file):
            pass


def _publish(
    connection: ThriftConnection,
    settings: Settings,
    table: str,
    landing: Path,
    load_id: str,
    rows: int,
) -> None:
    """Copy the landed rows into the store under a new name, then point the feed's view at them."""
    schema, store = settings.schema, settings.store_schema
    checksum, stamp = load_id.rpartition("-")[2], datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
    stored = f"{table}__{checksum}_{stamp}"
    connection.query(
        f"create table {store}.{stored} using parquet as select * from parquet.`file:{landing}`"
    )
    arrived = connection.scalar(f"select count(*) from {store}.{stored}")
    if arrived != rows:
        raise P360Error(
            f"{rows:,} rows were read and {arrived:,} arrived in {store}.{stored}; "
            "the feed stays as it was, run the same command again"
        )
    verb = "alter" if connection.has_view(schema, table) else "create"
    connection.query(f"{verb} view {schema}.{table} as select * from {store}.{stored}")
