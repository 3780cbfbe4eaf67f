"""Judges the records of files by the models' own SQL, where readers and builds see none of it."""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from python_jobs.dbt.compiler_beside import models_compiled_beside
from python_jobs.dbt.kept_sql import DEMO_KEY
from python_jobs.feeds.declarations import Feed, read_feed
from python_jobs.feeds.declared_cells import read_declaration
from python_jobs.feeds.ingest.files import find_files
from python_jobs.feeds.ingest.load import eraser_of
from python_jobs.feeds.ingest.reading import read_file
from python_jobs.feeds.ingest.rows import RowsWriter, rows_schema
from python_jobs.feeds.raw_files import checksum
from python_jobs.server.few_rows import WITH_CODE, WITHOUT_CODE
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import steps

# Java compiles what the first tasks were slow in: several small ones cost half of one large.
_ROWS_OF_A_TASK = 12_500
_ROWS_OF_A_PARTITION = 50_000  # Of those that come together again by transaction.
_READS_OTHER_ROWS = re.compile(r"\b(over\s*\(|join|group\s+by|distinct|exists|qualify)", re.I)


@dataclass(frozen=True)
class JudgedFiles:
    """Files whose records are judged.

    Attributes:
        feed: The declaration.
        records: Records below the headers, lines set aside among them.
        set_aside: Lines that could not be read as records, by reason.
        sampled: Number of records of the sample that was judged; None where all were.
        undeclared: Columns of the files that the feed's source does not declare.
        sql: The SQL that judged them.
        rows: Parquet files with columns of silver_sales_assessed; gone when the context ends.
    """

    feed: Feed
    records: int
    set_aside: dict[str, int]
    sampled: int | None
    undeclared: list[str]
    sql: str
    rows: str


@contextmanager
def judged_files(
    settings: Settings,
    feed_name: str,
    paths: Sequence[Path],
    columns: Sequence[str] = ("*",),
    most: int | None = None,
) -> Iterator[JudgedFiles]:
    """Judge the records of files as a build would.

    Args:
        settings: Where the server is; it must run.
        feed_name: Name of a declared feed.
        paths: Files, or folders of them.
        columns: What is wanted of silver_sales_assessed; the fewer, the cheaper.
        most: Of more records that could be read, a sample of so many is judged, without the lines
            set aside. It is spread evenly over the files and the same each time. Where a cell of
            a record hangs on other records, all are judged nevertheless.

    Raises:
        P360Error: The feed is not declared, a file cannot be read, or the declaration makes no SQL.
    """
    feed = read_feed(settings, feed_name)
    folder = settings.home / "check" / f"{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "raw").mkdir(parents=True)
    models = (f"bronze_sales_{feed.name}", "bronze_sales", "silver_sales_assessed")
    compiling = models_compiled_beside(
        settings, "compiling the models", models, {"feed": feed.name}
    )
    try:
        with compiling as compiled_models:
            with steps("reading the files"):
                undeclared = _write_rows(settings, feed, paths, folder / "raw")
                records, set_aside = _count(folder / "raw")
            compiled = compiled_models()
        raw, sampled = folder / "raw", None
        readable = records - sum(set_aside.values())
        if most and readable > most and not _reads_other_rows(settings, feed, compiled):
            raw, sampled = folder / "sample", most
            _draw_sample(folder / "raw", raw, readable, most)
        with steps("judging the records"):
            rows = sampled or records
            _judge(settings, feed, (raw, folder / "judged"), compiled, columns, rows)
        sql = compiled["silver_sales_assessed"]
        judged = f"{folder}/judged/*.parquet"
        yield JudgedFiles(feed, records, set_aside, sampled, undeclared, sql, judged)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.parent.rmdir()


def _write_rows(settings: Settings, feed: Feed, paths: Sequence[Path], folder: Path) -> list[str]:
    """Write the files' rows as Parquet, as a load would; return the undeclared columns."""
    eraser = eraser_of(settings, feed)
    writer = RowsWriter(folder, rows_schema(feed), _ROWS_OF_A_TASK)
    undeclared: dict[str, None] = {}
    try:
        for file in find_files(paths):
            sha256 = checksum(file.path)
            entry, _ = read_file(feed, file, sha256, datetime.now(UTC), writer, eraser)
            writer.keep()
            undeclared |= dict.fromkeys(set(entry.extra_columns))
        writer.close()
    finally:
        writer.abandon()
    return sorted(undeclared)


def _count(folder: Path) -> tuple[int, dict[str, int]]:
    """Return the number of records, and of lines set aside by reason."""
    with duckdb.connect() as connection:
        counts = connection.execute(
            f"select _set_aside_reason, count(*) from '{folder}/*.parquet' "
            "group by all order by all"
        ).fetchall()
    return sum(count for _, count in counts), {reason: n for reason, n in counts if reason}


def _reads_other_rows(settings: Settings, feed: Feed, compiled: Mapping[str, str]) -> bool:
    """Return whether what a record says may stand in another one, such as an order's first."""
    cells = (read_declaration(settings, feed.name) or {}).get("cells") or {}
    discount = cells.get("discount")
    is_spread = isinstance(discount, Mapping) and discount.get("spread_over_order")
    return bool(is_spread or _READS_OTHER_ROWS.search(compiled[f"bronze_sales_{feed.name}"]))


def _draw_sample(raw: Path, sample: Path, readable: int, most: int) -> None:
    """Write so many of the records that could be read, evenly over the files, in their order."""
    sample.mkdir()
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * exclude (place) from ("
            f"select *, row_number() over () as place from '{raw}/*.parquet' "
            f"where _set_aside_reason is null) "
            f"where place * {most} // {readable} > (place - 1) * {most} // {readable}) "
            f"to '{sample}/rows.parquet' (format parquet, row_group_size {_ROWS_OF_A_TASK})"
        )


def _judge(
    settings: Settings,
    feed: Feed,
    folders: tuple[Path, Path],
    compiled: Mapping[str, str],
    columns: Sequence[str],
    rows: int,
) -> None:
    """Write the judged records, in one statement that is planned once: planning is what costs.

    Args:
        settings: Where the server is.
        feed: The declaration.
        folders: Where the raw rows are, and where the judged ones go.
        compiled: SQL of the models.
        columns: What is wanted of silver_sales_assessed.
        rows: Number of raw rows.
    """
    raw, judged = folders
    stand_ins = {
        f"{feed.name}_raw": f"select * from parquet.`{raw}`",
        "sales_corrections": f"select * from ({_seed(settings, 'sales_corrections')}) where false",
        "exchange_rates": _seed(settings, "exchange_rates"),
    }
    relations = ",\n".join(
        f"check_{name} as (\n{_read_stand_ins(settings, sql)}\n)"
        for name, sql in (*stand_ins.items(), *compiled.items())
    )
    key = os.environ.get("P360_EMAIL_KEY") or DEMO_KEY
    planned = {
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": 1 + rows // _ROWS_OF_A_PARTITION,
        "spark.sql.files.minPartitionNum": 1 + rows // _ROWS_OF_A_TASK,
        "spark.sql.files.openCostInBytes": 0,
        **(WITHOUT_CODE if rows <= _ROWS_OF_A_TASK else WITH_CODE),
    }
    with connect(settings) as connection:
        for setting, value in planned.items():
            connection.query(f"set {setting}={value}")
        connection.query(
            "declare or replace variable p360_email_key binary "
            f"default x'{key.encode('utf-8').hex()}'"
        )
        connection.query(
            f"with {relations}\ninsert overwrite directory '{judged}' using parquet "
            f"select {', '.join(columns)} from check_silver_sales_assessed"
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
