"""The stored tables of a feed, and the one view that says which of them are current.

Every load writes tables of its own and never touches those that are there::

    <schema>.<feed>_raw                      view: select * from <store>.<feed>_raw__<stamp>
    <store>.<feed>_raw__<stamp>              view: all rows tables, where the ledger says so
    <store>.<feed>_rows__<stamp>, ...        the rows of one load, or of small loads merged
    <store>.<feed>_files__<stamp>            the ledger

So moving the first view takes rows and ledger live in one step, and a crash before it leaves the
load before. What no view names any more is swept by the next build (``sweep_store``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import DeclaredColumn, Feed
from python_jobs.feeds.ingest.ledger import LEDGER_SCHEMA, LOADED, Ledger, LedgerEntry
from python_jobs.feeds.ingest.rows import rows_schema
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings

MOST_ROWS_TABLES = 16  # More are merged: a view's text is bounded, and so is a query's plan.
_KEPT_ON_MERGE = 8
_SPARK_TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.binary(): "binary",
    pa.timestamp("us", "UTC"): "timestamp",
    pa.list_(pa.string()): "array<string>",
    pa.map_(pa.string(), pa.string()): "map<string, string>",
}


@dataclass(frozen=True)
class Current:
    """What the feed's view shows.

    Attributes:
        ledger: The ledger.
        ledger_table: Name of the stored table that holds it; empty where there is none yet.
        rows_tables: Names of the stored tables that hold the rows.
        columns: Columns of the view.
    """

    ledger: Ledger
    ledger_table: str
    rows_tables: list[str]
    columns: list[str]


class FeedTables:
    """The tables of one feed in the store.

    Args:
        connection: A session on the server.
        settings: Where the warehouse is.
        feed: The declaration.

    Raises:
        P360Error: The warehouse is no folder.
    """

    def __init__(self, connection: ThriftConnection, settings: Settings, feed: Feed) -> None:
        self._connection = connection
        self._settings = settings
        if settings.warehouse_dir is None:
            raise P360Error(
                f"p360 ingest writes files, and P360_WAREHOUSE ({settings.warehouse}) is no folder "
                "of a file system; mount it as one, or load by dbt seed"
            )
        self._warehouse = settings.warehouse_dir
        self._feed = feed
        self._store = settings.store_schema
        self._stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")

    def read_current(self) -> Current:
        """Return what is current; nothing where the feed was never loaded."""
        version = self._shown(self._settings.schema, f"{self._feed.name}_raw")
        names = self._named(self._store, version[0]) if version else []
        ledger_table = next((name for name in names if name.startswith(self._prefix("files"))), "")
        if not ledger_table:
            return Current(Ledger(), "", [], [])
        columns = self._columns(self._settings.schema, f"{self._feed.name}_raw")
        table = pq.read_table(self._folder(ledger_table), schema=LEDGER_SCHEMA)
        return Current(
            ledger=Ledger.from_table(table),
            ledger_table=ledger_table,
            rows_tables=[name for name in names if name.startswith(self._prefix("rows"))],
            columns=columns,
        )

    def settle(self, current: Current) -> None:
        """Move the ledger's own view on, where a crash has left it one load behind."""
        view = f"{self._feed.name}_files"
        if current.ledger_table and self._shown(self._settings.schema, view) != [
            current.ledger_table
        ]:
            self._move_view(view, current.ledger_table)

    def create_rows_table(self) -> tuple[str, Path]:
        """Create an empty table for rows; return its name, and the folder of its Parquet files."""
        return self._create(f"{self._prefix('rows')}{self._stamp}", rows_schema(self._feed))

    def check_rows(self, rows_table: str, entries: Sequence[LedgerEntry]) -> None:
        """Count what arrived in a rows table against what was read.

        Raises:
            P360Error: A file has more or fewer rows there than it has records.
        """
        self._connection.query(f"refresh table {self._store}.{rows_table}")
        arrived = {
            name: (rows, set_aside)
            for name, rows, set_aside in self._connection.query(
                "select _source_file, count_if(_set_aside_reason is null), "
                f"count(_set_aside_reason) from {self._store}.{rows_table} group by 1"
            ).rows
        }
        for entry in entries:
            read = (entry.row_count, entry.set_aside_count)
            there = arrived.get(entry.file_name, (0, 0))
            if there != read:
                raise P360Error(
                    f"{entry.file_name}: {read[0]:,} rows and {read[1]:,} lines set aside were "
                    f"read, {there[0]:,} and {there[1]:,} arrived in {self._store}.{rows_table}; "
                    "the feed is unchanged, run the same command again"
                )

    def publish(self, ledger: Ledger, rows_tables: Sequence[str]) -> None:
        """Make these rows and this ledger current, in one step."""
        ledger_table, folder = self._create(f"{self._prefix('files')}{self._stamp}", LEDGER_SCHEMA)
        pq.write_table(ledger.to_table(), folder / "files.parquet")
        rows_tables = self._merge_small(list(rows_tables), ledger_table)
        version = f"{self._feed.name}_raw__{self._stamp}"
        text = self._current_rows(rows_tables, ledger_table)
        self._connection.query(f"create view {self._store}.{version} as {text}")
        self._move_view(f"{self._feed.name}_raw", version)
        self._move_view(f"{self._feed.name}_files", ledger_table)

    def _merge_small(self, rows_tables: list[str], ledger_table: str) -> list[str]:
        """Merge the smallest tables where there are many; the same rows, in fewer tables."""
        if len(rows_tables) <= MOST_ROWS_TABLES:
            return rows_tables
        by_size = sorted(rows_tables, key=lambda name: _parquet_rows(self._folder(name)))
        small = by_size[: len(by_size) - _KEPT_ON_MERGE]
        merged = f"{self._prefix('rows')}{self._stamp}_merged"
        text = self._current_rows(small, ledger_table)
        self._connection.query(
            f"create table {self._store}.{merged} using parquet as select /*+ coalesce(2) */ * "
            f"from ({text})"
        )
        counts = [
            self._connection.scalar(f"select count(*) from {source}")
            for source in (f"({text})", f"{self._store}.{merged}")
        ]
        if counts[0] != counts[1]:
            raise P360Error(
                f"{counts[0]:,} rows should be merged but {counts[1]:,} are in "
                f"{self._store}.{merged}; the feed is unchanged, run the same command again"
            )
        return [name for name in rows_tables if name not in small] + [merged]

    def _current_rows(self, rows_tables: Sequence[str], ledger_table: str) -> str:
        """Return SQL for the rows of the tables whose file the ledger calls loaded."""
        branches = " union all ".join(self._branch(name) for name in rows_tables)
        return (
            f"select landed.* from ({branches}) as landed left semi join "
            f"(select file_name, loaded_at from {self._store}.{ledger_table} "
            f"where status = '{LOADED}') as files "
            "on landed._source_file = files.file_name and landed._loaded_at = files.loaded_at"
        )

    def _branch(self, rows_table: str) -> str:
        """Return a select of one table under the columns that are declared today."""
        there = self._columns(self._store, rows_table)
        schema = rows_schema(self._feed)
        declared = {column.name: column for column in self._feed.columns}
        undeclared = [name for name in there if name not in schema.names]
        parts = []
        for name in schema.names:
            if name == "_extra_cells" and undeclared:
                parts.append(f"{_with_cells(undeclared)} as _extra_cells")
            elif name in there:
                parts.append(f"`{name}`")
            else:
                parts.append(f"{_from_extra_cells(declared[name])} as `{name}`")
        return f"select {', '.join(parts)} from {self._store}.{rows_table}"

    def _create(self, name: str, schema: pa.Schema) -> tuple[str, Path]:
        columns = ", ".join(f"`{column.name}` {_SPARK_TYPES[column.type]}" for column in schema)
        self._connection.query(f"create table {self._store}.{name} ({columns}) using parquet")
        folder = self._folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        return name, folder

    def _folder(self, name: str) -> Path:
        return self._warehouse / f"{self._store}.db" / name

    def _prefix(self, kind: str) -> str:
        return f"{self._feed.name}_{kind}__"

    def _columns(self, schema: str, name: str) -> list[str]:
        return self._connection.query(f"select * from {schema}.{name} limit 0").columns

    def _shown(self, schema: str, view: str) -> list[str]:
        """Return the stored relation that a view shows; none where there is no such view."""
        return self._named(schema, view) if self._connection.has_view(schema, view) else []

    def _named(self, schema: str, view: str) -> list[str]:
        """Return the stored relations that a view's text names."""
        description = self._connection.query(f"describe extended {schema}.{view}").rows
        text = next((value for name, value, *_ in description if name == "View Text"), "")
        return list(dict.fromkeys(re.findall(rf"\b{self._store}\.(\w+)", text)))

    def _move_view(self, view: str, version: str) -> None:
        schema = self._settings.schema
        verb = "alter" if self._connection.has_view(schema, view) else "create"
        self._connection.query(
            f"{verb} view {schema}.{view} as select * from {self._store}.{version}"
        )


def _parquet_rows(folder: Path) -> int:
    return sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet"))


def _from_extra_cells(column: DeclaredColumn) -> str:
    """Return SQL for a column that was not declared yet when the rows were loaded."""
    header = _literal(column.header.lower())
    return f"get(map_values(map_filter(_extra_cells, (name, cell) -> lower(name) = {header})), 0)"


def _with_cells(names: Sequence[str]) -> str:
    """Return SQL for the extra cells with columns that are not declared any more."""
    cells = ", ".join(f"{_literal(name)}, `{name}`" for name in names)
    return f"map_concat(coalesce(_extra_cells, cast(map() as map<string, string>)), map({cells}))"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
