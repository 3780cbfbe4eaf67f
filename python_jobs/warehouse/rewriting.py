"""A stored table written anew under another name, with some of its rows changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from python_jobs.errors import P360Error
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings

Change = Callable[[pa.Table], tuple[pa.Table, int]]


def rewrite_table(
    connection: ThriftConnection, settings: Settings, old: str, new: str, change: Change
) -> int:
    """Write the rows of a table as another, where any of them changes; the table itself stays.

    Args:
        connection: A session on the server.
        settings: Where the warehouse is.
        old: Schema and name of the table, which is not split by a column.
        new: Schema and name of the other; one of that name is replaced.
        change: Returns the rows changed, and how many are.

    Returns:
        How many rows changed; where none did, there is no new table.

    Raises:
        P360Error: Not every row arrived, or the warehouse is no folder.
    """
    source, target = _folder(settings, old), _folder(settings, new)
    if not any(change(rows)[1] for rows in _batches(source)):
        return 0
    connection.query(f"drop table if exists {new}")
    connection.query(f"create table {new} like {old} using parquet")
    target.mkdir(parents=True, exist_ok=True)
    changed = 0
    for file in sorted(source.glob("*.parquet")):
        writer = None
        for read in _batches(source, file.name):
            rows, some = change(read)
            changed += some
            if writer is None:
                writer = pq.ParquetWriter(target / file.name, rows.schema, compression="zstd")
            writer.write_table(rows)
        if writer is not None:
            writer.close()
    connection.query(f"refresh table {new}")
    counts = [int(connection.scalar(f"select count(*) from {name}")) for name in (old, new)]
    if counts[0] != counts[1]:
        raise P360Error(
            f"{old} has {counts[0]:,} rows and {counts[1]:,} arrived in {new}; nothing was "
            "changed, run the same command again"
        )
    return changed


def _batches(folder: Path, pattern: str = "*.parquet") -> Iterator[pa.Table]:
    """Yield the rows of Parquet files, a group of them at a time."""
    for path in sorted(folder.glob(pattern)):
        with pq.ParquetFile(path, coerce_int96_timestamp_unit="us") as file:
            for group in range(file.num_row_groups):
                yield _in_utc(file.read_row_group(group))


def _in_utc(rows: pa.Table) -> pa.Table:
    """Return rows with times as Spark means them: Arrow reads its old form of them without zone."""
    here, utc = pa.timestamp("us"), pa.timestamp("us", "UTC")
    return rows.cast(
        pa.schema([(one.name, utc if one.type == here else one.type) for one in rows.schema])
    )


def _folder(settings: Settings, table: str) -> Path:
    if settings.warehouse_dir is None:
        raise P360Error(
            f"rows are rewritten as files, and P360_WAREHOUSE ({settings.warehouse}) is no folder; "
            "run this where it is one"
        )
    schema, _, name = table.partition(".")
    return settings.warehouse_dir / f"{schema}.db" / name
