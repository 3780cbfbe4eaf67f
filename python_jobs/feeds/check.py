"""`p360 feed check`: what would become of files, before anything is loaded.

The files are read as ingest reads them and judged by the models' own compiled SQL, over temporary
views of one session. Nothing is written that readers or builds can see.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from python_jobs.dbt.runner import compile_models
from python_jobs.feeds.declarations import Feed, read_feed
from python_jobs.feeds.ingest.files import find_files
from python_jobs.feeds.ingest.load import read_file
from python_jobs.feeds.ingest.rows import RowsWriter, rows_schema
from python_jobs.feeds.raw_files import checksum
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import steps

_DEMO_KEY = "public-demo-key"  # As macros/email/email_key.sql.
_EXAMPLES = 3
_TYPED = ("transaction_at", "quantity", "unit_price", "amount", "status")
_DISPOSITIONS = ("accepted", "quarantined", "duplicate", "superseded")
_CORRECTIONS = Path("seeds") / "sales_corrections.csv"


@dataclass(frozen=True)
class Check:
    """What would become of the records of some files.

    Attributes:
        records: Records below the headers, those that could not be read among them.
        dispositions: Records by disposition, all four.
        reasons: Rejection reason to number of records.
        warnings: Warning to number of records.
        sales_amount: Sum of the accepted completed sales.
        returns_amount: Sum of the accepted returns.
        earliest: Time of the first accepted sale; None without any.
        latest: Time of the last.
        examples: For each typed cell, pairs of raw text and value.
        unused: Columns of the files that the feed does not declare.
    """

    records: int
    dispositions: dict[str, int]
    reasons: dict[str, int]
    warnings: dict[str, int]
    sales_amount: Decimal
    returns_amount: Decimal
    earliest: datetime | None
    latest: datetime | None
    examples: dict[str, list[tuple[str, str]]]
    unused: list[str]

    @property
    def accepted_share(self) -> float:
        """Accepted records by all, 0 to 1; 1 without records."""
        return self.dispositions["accepted"] / self.records if self.records else 1.0

    def as_json(self) -> str:
        """Return it as one JSON object; amounts as text."""
        return json.dumps(
            {
                "records": self.records,
                **self.dispositions,
                "reasons": self.reasons,
                "warnings": self.warnings,
                "sales_amount": str(self.sales_amount),
                "returns_amount": str(self.returns_amount),
                "earliest": self.earliest.isoformat() if self.earliest else None,
                "latest": self.latest.isoformat() if self.latest else None,
                "unused": self.unused,
            },
            indent=2,
            ensure_ascii=False,
        )


def check_files(settings: Settings, feed_name: str, paths: Sequence[Path]) -> Check:
    """Judge the records of files as a build would, and write nothing.

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
    folder.mkdir(parents=True)
    try:
        with steps("reading the files"):
            undeclared = _write_rows(feed, paths, folder)
        models = (f"bronze_sales_{feed.name}", "bronze_sales", "silver_sales_assessed")
        compiled = compile_models(settings, "compiling the models", models, {"feed": feed.name})
        with steps("judging the records"), connect(settings) as connection:
            _create_views(connection, settings, feed, folder, compiled)
            return _read_check(connection, undeclared)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.parent.rmdir()


def _write_rows(feed: Feed, paths: Sequence[Path], folder: Path) -> list[str]:
    """Write the files' rows as Parquet; return the columns that the feed does not declare."""
    writer = RowsWriter(folder, rows_schema(feed))
    undeclared: dict[str, None] = {}
    try:
        for file in find_files(paths):
            entry = read_file(feed, file, checksum(file.path), datetime.now(UTC), writer)
            writer.keep()
            undeclared |= dict.fromkeys(set(entry.extra_columns))
        writer.close()
    finally:
        writer.abandon()
    return sorted(undeclared)


def _create_views(
    connection: ThriftConnection,
    settings: Settings,
    feed: Feed,
    folder: Path,
    compiled: dict[str, str],
) -> None:
    """Let temporary views stand in for the relations that the models read."""
    key = os.environ.get("P360_EMAIL_KEY") or _DEMO_KEY
    connection.query(
        f"declare or replace variable p360_email_key binary default x'{key.encode('utf-8').hex()}'"
    )
    header = (settings.project_dir / _CORRECTIONS).read_text("utf-8").splitlines()[0]
    columns = ", ".join(f"cast(null as string) as {name}" for name in header.split(","))
    stand_ins = {
        f"{feed.name}_raw": f"select * from parquet.`{folder}`",
        "sales_corrections": f"select {columns} where false",
    }
    for name, sql in (stand_ins | compiled).items():
        text = re.sub(rf"`?\b{settings.schema}`?\.`?(\w+)`?", r"check_\1", sql)
        connection.query(f"create or replace temporary view check_{name} as {text}")
    # Judged once, asked several times.
    connection.query("cache table check_judged as select * from check_silver_sales_assessed")


def _read_check(connection: ThriftConnection, unused: list[str]) -> Check:
    def sums(column: str) -> dict[str, int]:
        rows = connection.query(
            f"select one, count(*) from (select explode({column}) as one from check_judged) "
            "group by one order by 2 desc, 1"
        ).rows
        return {str(name): int(count) for name, count in rows}

    accepted = "disposition = 'accepted' and status = "
    counts = ", ".join(f"count_if(disposition = '{name}')" for name in _DISPOSITIONS)
    row = connection.query(
        f"select count(*), {counts}, "
        f"coalesce(sum(if({accepted}'Completed', amount, null)), 0), "
        f"coalesce(sum(if({accepted}'Returned', amount, null)), 0), "
        "min(if(disposition = 'accepted', transaction_at, null)), "
        "max(if(disposition = 'accepted', transaction_at, null)) from check_judged"
    ).rows[0]
    records, *parts = row[: 1 + len(_DISPOSITIONS)]
    sales_amount, returns_amount, earliest, latest = row[1 + len(_DISPOSITIONS) :]
    return Check(
        records=int(records),
        dispositions=dict(zip(_DISPOSITIONS, map(int, parts), strict=True)),
        reasons=sums("rejection_reasons"),
        warnings=sums("warnings"),
        sales_amount=Decimal(sales_amount),
        returns_amount=Decimal(returns_amount),
        earliest=earliest,
        latest=latest,
        examples={cell: _examples(connection, cell) for cell in _TYPED},
        unused=unused,
    )


def _examples(connection: ThriftConnection, cell: str) -> list[tuple[str, str]]:
    """Return some raw texts of a cell with their values, those that could not be read first."""
    rows = connection.query(
        f"select {cell}_raw, cast(min({cell}) as string) as value from check_judged "
        f"where {cell}_raw is not null group by {cell}_raw "
        f"order by value is not null, count(*) desc, 1 limit {_EXAMPLES}"
    ).rows
    return [(str(raw), "unreadable" if value is None else str(value)) for raw, value in rows]
