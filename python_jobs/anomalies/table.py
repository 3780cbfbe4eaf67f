"""``p360 score --table``: unusual rows of any table or CSV file."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies import AnomalyConfig, score_anomalies
from python_jobs.anomalies.score import quoted
from python_jobs.errors import P360Error
from python_jobs.server.spark_connect import connect_session
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, steps
from python_jobs.warehouse.run_lock import run_lock
from python_jobs.warehouse.stored_tables import move_view, new_stamp, view_text, write_version

_TABLE = re.compile(r"(?:(\w+)\.)?(\w+)")
_NUMBER = "_number_"  # Stands before the name of a column of numbers, beside the text as it came.
_BLANKS = ("", "nan", "na", "n/a", "null", "none")
_CSV = {
    "header": "true",
    "escape": '"',
    "ignoreLeadingWhiteSpace": "false",
    "ignoreTrailingWhiteSpace": "false",
}


def score_table(
    settings: Settings, table: str, features: Sequence[str], target: str, config: AnomalyConfig
) -> None:
    """Score the rows of a table or CSV file into another, and say how many are flagged.

    Args:
        settings: Where the server is; it must run.
        table: ``name`` or ``schema.name``, or the path of a CSV file with a header.
        features: Its columns to judge by.
        target: A table of the project's schema, or the path of a CSV file, which is replaced.
        config: How to score.

    Raises:
        P360Error: The input cannot be read or judged, or the target may not be written.
    """
    if not is_file(target):
        _check_target(settings, target)
    with connect_session(settings) as spark:
        frame = _read(spark, settings, table)
        numbers = _as_numbers(frame, features) if is_file(table) else frame
        with steps(f"training on {table}"):
            names = [_number_of(name) if is_file(table) else name for name in features]
            scored = score_anomalies(numbers, names, config)
        rows = scored.scores
        if is_file(table):
            rows = rows.drop(*names).withColumn("shares", f.transform_keys("shares", _column_of))
        with steps(f"writing {target}"):
            if is_file(target):
                count, flagged = _write_csv(rows, Path(target))
            else:
                count, flagged = _write_table(spark, settings, rows, target)
    out.print(
        f"{count:,} rows scored into {target}, {flagged:,} of them flagged "
        f"(score above {scored.model.threshold:.4g})",
        markup=False,
    )


def is_file(name: str) -> bool:
    """Return whether a table's name is the path of a file."""
    return name.lower().endswith(".csv") or "/" in name or Path(name).is_file()


def _read(spark: SparkSession, settings: Settings, table: str) -> DataFrame:
    if is_file(table):
        path = Path(table).resolve()
        if not path.is_file():
            raise P360Error(f"there is no file {table}; give the path of a CSV file with a header")
        frame = spark.read.options(**_CSV, multiLine="true").csv(f"file://{path}")
        if not frame.columns:
            raise P360Error(f"{table} is empty; its first line must name the columns")
        return frame
    match = _TABLE.fullmatch(table)
    if not match:
        raise P360Error(f"'{table}' is neither a table nor a CSV file; write schema.table")
    name = f"{match[1] or settings.schema}.{match[2]}"
    if not spark.catalog.tableExists(name):
        raise P360Error(f"there is no table {name}; 'p360 sql \"show tables\"' lists the tables")
    return spark.table(name)


def _number_of(name: str) -> str:
    return _NUMBER + name


def _column_of(number: Column, _: Column) -> Column:
    return f.substr(number, f.lit(len(_NUMBER) + 1))


def _as_numbers(frame: DataFrame, features: Sequence[str]) -> DataFrame:
    """Add the features as numbers; cells of a CSV file stay the text that they are."""
    for name in features:
        if name not in frame.columns:
            raise P360Error(f"there is no column '{name}'; the file has {', '.join(frame.columns)}")
    cells = {name: f.trim(f.col(quoted(name))) for name in features}
    numbers = {
        name: f.when(f.lower(cell).isin(*_BLANKS), None).otherwise(cell.try_cast("double"))
        for name, cell in cells.items()
    }
    bad = {
        name: ~f.lower(cell).isin(*_BLANKS) & cell.try_cast("double").isNull()
        for name, cell in cells.items()
    }
    firsts = frame.agg(
        *(f.min(f.when(bad[name], f.col(quoted(name)))).alias(str(n)) for n, name in enumerate(bad))
    ).first()
    for name, text in zip(bad, firsts or (), strict=False):
        if text is not None:
            raise P360Error(
                f"column '{name}' holds '{text[:40]}', which is no number; leave the column out or "
                "fix the cell"
            )
    return frame.withColumns({_number_of(name): number for name, number in numbers.items()})


def _write_csv(rows: DataFrame, path: Path) -> tuple[int, int]:
    """Write one CSV file as a whole, rows in the order of the input; return rows and flagged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    seen = Observation()
    text = [
        (f.to_json if field.dataType.typeName() in ("map", "array", "struct") else f.col)(
            quoted(field.name)
        ).alias(field.name)
        for field in rows.schema.fields
    ]
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        parts = Path(folder).resolve() / "parts"
        _observed(rows, seen).select(*text).write.options(**_CSV).csv(f"file://{parts}")
        draft = Path(folder) / "whole.csv"
        with draft.open("wb") as whole:
            for number, part in enumerate(sorted(parts.glob("part-*"))):
                with part.open("rb") as file:
                    if number:
                        file.readline()  # The header: it has no line end in a name.
                    shutil.copyfileobj(file, whole)
        draft.replace(path)
    return int(seen.get["rows"]), int(seen.get["flagged"])


def _write_table(
    spark: SparkSession, settings: Settings, rows: DataFrame, target: str
) -> tuple[int, int]:
    """Write a stored version and move the table's view to it; return rows and flagged."""
    seen = Observation()
    name = target.split(".")[-1]
    with run_lock(settings, f"p360 score --out {target}"):
        version = write_version(settings, _observed(rows, seen), name, new_stamp())
        move_view(spark, settings, name, version)
    return int(seen.get["rows"]), int(seen.get["flagged"])


def _observed(rows: DataFrame, seen: Observation) -> DataFrame:
    flagged = f.count_if(f.col("is_anomaly")).alias("flagged")
    return rows.observe(seen, f.count(f.lit(1)).alias("rows"), flagged)


def _check_target(settings: Settings, target: str) -> None:
    match = _TABLE.fullmatch(target)
    if not match or (match[1] or settings.schema) != settings.schema:
        raise P360Error(
            f"cannot write '{target}'; give a table of schema {settings.schema}, or a path that "
            "ends with .csv"
        )
    name = match[2].lower()
    folders = (settings.project_dir / part for part in ("models", "seeds", "snapshots"))
    taken = {file.stem for folder in folders for file in folder.rglob("*.*")}
    with connect(settings) as connection:
        there = connection.query(f"create schema if not exists {settings.schema}")
        there = connection.query(f"show tables in {settings.schema} like '{name}'")
        ours = there.rows and view_text(connection, settings.schema, name).startswith(
            f"select * from {settings.store_schema}.{name}__"
        )
    if name in taken or name.startswith(("ml_", "current_")) or (there.rows and not ours):
        raise P360Error(
            f"{settings.schema}.{name} exists and is not a scored table; choose another name"
        )
