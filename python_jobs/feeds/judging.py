"""Judges the records of files by the models' own SQL, where readers and builds see none of it."""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from python_jobs.dbt.runner import compile_models
from python_jobs.feeds.declarations import Feed, read_feed
from python_jobs.feeds.ingest.files import find_files
from python_jobs.feeds.ingest.load import read_file
from python_jobs.feeds.ingest.rows import RowsWriter, rows_schema
from python_jobs.feeds.raw_files import checksum
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import steps

_ROWS_OF_A_PARTITION = 250_000
_DEMO_KEY = "public-demo-key"  # As macros/email/email_key.sql.


@dataclass(frozen=True)
class JudgedFiles:
    """Files whose records are judged.

    Attributes:
        feed: The declaration.
        undeclared: Columns of the files that the feed's source does not declare.
        sql: The SQL that judged them.
        rows: Parquet files with the columns of silver_sales_assessed; gone when the context ends.
    """

    feed: Feed
    undeclared: list[str]
    sql: str
    rows: str


@contextmanager
def judged_files(
    settings: Settings, feed_name: str, paths: Sequence[Path]
) -> Iterator[JudgedFiles]:
    """Judge the records of files as a build would.

    Args:
        settings: Where the server is; it must run.
        feed_name: Name of a declared feed.
        paths: Files, or folders of them.

    Raises:
        P360Error: The feed is not declared, a file cannot be read, or the declaration makes no SQL.
    """
    feed = read_feed(settings, feed_name)
    folder = settings.home / "check" / f"{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "raw").mkdir(parents=True)
    try:
        with steps("reading the files"):
            rows, undeclared = _write_rows(feed, paths, folder / "raw")
        models = (f"bronze_sales_{feed.name}", "bronze_sales", "silver_sales_assessed")
        compiled = compile_models(settings, "compiling the models", models, {"feed": feed.name})
        with steps("judging the records"):
            _judge(settings, feed, folder, compiled, rows)
        sql = compiled["silver_sales_assessed"]
        yield JudgedFiles(feed, undeclared, sql, f"{folder}/judged/*.parquet")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.parent.rmdir()


def _write_rows(feed: Feed, paths: Sequence[Path], folder: Path) -> tuple[int, list[str]]:
    """Write the files' rows as Parquet; return their number and the undeclared columns."""
    writer = RowsWriter(folder, rows_schema(feed))
    undeclared: dict[str, None] = {}
    rows = 0
    try:
        for file in find_files(paths):
            entry = read_file(feed, file, checksum(file.path), datetime.now(UTC), writer)
            writer.keep()
            undeclared |= dict.fromkeys(set(entry.extra_columns))
            rows += (entry.row_count or 0) + (entry.set_aside_count or 0)
        writer.close()
    finally:
        writer.abandon()
    return rows, sorted(undeclared)


def _judge(
    settings: Settings, feed: Feed, folder: Path, compiled: dict[str, str], rows: int
) -> None:
    """Write the judged records, in one statement that is planned once: planning is what costs."""
    stand_ins = {
        f"{feed.name}_raw": f"select * from parquet.`{folder}/raw`",
        "sales_corrections": f"select * from ({_seed(settings, 'sales_corrections')}) where false",
        "exchange_rates": _seed(settings, "exchange_rates"),
    }
    relations = ",\n".join(
        f"check_{name} as (\n{_read_stand_ins(settings, sql)}\n)"
        for name, sql in (stand_ins | compiled).items()
    )
    key = os.environ.get("P360_EMAIL_KEY") or _DEMO_KEY
    with connect(settings) as connection:
        connection.query("set spark.sql.adaptive.enabled=false")
        connection.query(f"set spark.sql.shuffle.partitions={2 + rows // _ROWS_OF_A_PARTITION}")
        connection.query(
            "declare or replace variable p360_email_key binary "
            f"default x'{key.encode('utf-8').hex()}'"
        )
        connection.query(
            f"with {relations}\ninsert overwrite directory '{folder}/judged' using parquet "
            "select * from check_silver_sales_assessed"
        )


def _read_stand_ins(settings: Settings, sql: str) -> str:
    return re.sub(rf"`?\b{settings.schema}`?\.`?(\w+)`?", r"check_\1", sql)


def _seed(settings: Settings, name: str) -> str:
    """Return a select of the rows of a seed's file, each cell as text."""
    path = settings.project_dir / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if not rows:
        columns = ", ".join(f"cast(null as string) as {name}" for name in header)
        return f"select {columns} where false"
    lines = ", ".join(f"({', '.join(_literal(cell) for cell in row)})" for row in rows)
    return f"select * from values {lines} as seed({', '.join(header)})"


def _literal(cell: str) -> str:
    text = cell.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'" if cell else "cast(null as string)"
