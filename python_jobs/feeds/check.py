"""`p360 feed check`: what would become of files, before anything is loaded.

The files are read as ingest reads them and judged by the models' own compiled SQL, over temporary
views of one session. Nothing is written that readers or builds can see.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from python_jobs.dbt.rules import read_rules
from python_jobs.dbt.runner import compile_models
from python_jobs.feeds.declarations import Feed, read_feed
from python_jobs.feeds.declared_cells import read_declaration, unused_columns
from python_jobs.feeds.ingest.files import find_files
from python_jobs.feeds.ingest.load import read_file
from python_jobs.feeds.ingest.rows import RowsWriter, rows_schema
from python_jobs.feeds.raw_files import checksum
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import steps

_DEMO_KEY = "public-demo-key"  # As macros/email/email_key.sql.
_EXAMPLES = 3
# Lines that are told to be no sales, by reader or declaration: nobody misses them.
_NO_SALES = ("repeated_header", "total_row", "footer_row", "heading_row", "not_a_sale")
_TYPED = ("transaction_at", "quantity", "unit_price", "amount", "status")
_DISPOSITIONS = ("accepted", "quarantined", "duplicate", "superseded")
_COUNTS = """
    select kind, name, count(*) as rows from (
        select 'disposition' as kind, disposition as name from check_judged
        union all select 'reason', explode(rejection_reasons) from check_judged
        union all select 'warning', explode(warnings) from check_judged
    ) group by kind, name order by rows desc, name"""
_RAW_AND_VALUES = (
    """
    select cell, raw, value from (
        select
            *,
            row_number() over (
                partition by cell order by value is not null, row_count desc, raw
            ) as place
        from (
            select cell, raw, min(value) as value, count(*) as row_count
            from check_judged
            lateral view stack({count}, {pairs}) as cell, raw, value
            where raw is not null
            group by cell, raw
        )
    )
    where place <= """
    + str(_EXAMPLES)
    + " order by cell, place"
)
_SUMS = """
    select
        coalesce(sum(if(status = 'Completed', amount, null)), 0),
        coalesce(sum(if(status = 'Returned', amount, null)), 0),
        min(transaction_at),
        max(transaction_at)
    from check_judged where disposition = 'accepted'"""


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
        unused: Columns of the files that no cell uses.
        rules_not_applied: Rules that need cells which the feed does not declare.
        amounts_are: What the declaration says of amounts, such as ``EUR, tax included``.
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
    rules_not_applied: list[str]
    amounts_are: str

    @property
    def accepted_share(self) -> float:
        """Accepted records by all that could be sales, 0 to 1; 1 without any."""
        sales = self.records - sum(self.reasons.get(reason, 0) for reason in _NO_SALES)
        return self.dispositions["accepted"] / sales if sales else 1.0

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
                "rules_not_applied": self.rules_not_applied,
                "amounts_are": self.amounts_are,
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
    with judged_files(settings, feed_name, paths) as judged:
        return read_check(settings, judged)


@dataclass(frozen=True)
class JudgedFiles:
    """Files whose records are judged, in a session that lasts as long as they are looked at.

    Attributes:
        connection: The session; its view ``check_judged`` has the rows of silver_sales_assessed.
        feed: The declaration.
        undeclared: Columns of the files that the feed's source does not declare.
        sql: The SQL that judged them.
    """

    connection: ThriftConnection
    feed: Feed
    undeclared: list[str]
    sql: str


@contextmanager
def judged_files(
    settings: Settings, feed_name: str, paths: Sequence[Path]
) -> Iterator[JudgedFiles]:
    """Yield the records of files, judged by the models' own SQL; errors as `check_files`."""
    feed = read_feed(settings, feed_name)
    folder = settings.home / "check" / f"{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "raw").mkdir(parents=True)
    try:
        with steps("reading the files"):
            undeclared = _write_rows(feed, paths, folder / "raw")
        models = (f"bronze_sales_{feed.name}", "bronze_sales", "silver_sales_assessed")
        compiled = compile_models(settings, "compiling the models", models, {"feed": feed.name})
        with connect(settings) as connection:
            with steps("judging the records"):
                _create_views(connection, settings, feed, folder, compiled)
            yield JudgedFiles(connection, feed, undeclared, compiled["silver_sales_assessed"])
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
    stand_ins = {
        f"{feed.name}_raw": f"select * from parquet.`{folder}/raw`",
        "sales_corrections": f"select * from ({_seed(settings, 'sales_corrections')}) where false",
        "exchange_rates": _seed(settings, "exchange_rates"),
    }
    for name, sql in (stand_ins | compiled).items():
        text = re.sub(rf"`?\b{settings.schema}`?\.`?(\w+)`?", r"check_\1", sql)
        connection.query(f"create or replace temporary view check_{name} as {text}")
    # Judged once, asked several times. To close a session with a cached table takes a minute.
    judged = f"{folder}/judged"
    connection.query(
        f"insert overwrite directory '{judged}' using parquet "
        "select * from check_silver_sales_assessed"
    )
    connection.query(
        f"create or replace temporary view check_judged as select * from parquet.`{judged}`"
    )


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


def read_check(settings: Settings, judged: JudgedFiles) -> Check:
    """Return what is told of judged files."""
    connection = judged.connection
    declared = read_declaration(settings, judged.feed.name) or {}
    counts = {
        what: {str(name): int(count) for kind, name, count in rows if kind == what}
        for rows in [connection.query(_COUNTS).rows]
        for what in ("disposition", "reason", "warning")
    }
    sales_amount, returns_amount, earliest, latest = connection.query(_SUMS).rows[0]
    dispositions = {name: counts["disposition"].get(name, 0) for name in _DISPOSITIONS}
    unused = [] if not declared else unused_columns(judged.feed, declared)
    return Check(
        records=sum(dispositions.values()),
        dispositions=dispositions,
        reasons=counts["reason"],
        warnings=counts["warning"],
        sales_amount=Decimal(sales_amount),
        returns_amount=Decimal(returns_amount),
        earliest=earliest,
        latest=latest,
        examples=_examples(connection),
        unused=sorted({*unused, *judged.undeclared}),
        # The very SQL tells: a rule that applies stands in it.
        rules_not_applied=[
            rule.id
            for rule in read_rules(settings.project_dir)
            if f"then '{rule.id}' end" not in judged.sql
        ],
        amounts_are=", ".join(
            [
                *([declared["currency"]] if "currency" in declared else []),
                *([f"tax {declared['tax']}"] if "tax" in declared else []),
            ]
        ),
    )


def _examples(connection: ThriftConnection) -> dict[str, list[tuple[str, str]]]:
    """Return some raw texts of each cell with their values, those that could not be read first."""
    cells = ", ".join(f"'{cell}', {cell}_raw, cast({cell} as string)" for cell in _TYPED)
    rows = connection.query(_RAW_AND_VALUES.format(pairs=cells, count=len(_TYPED))).rows
    return {
        cell: [
            (str(raw), "unreadable" if value is None else str(value))
            for name, raw, value in rows
            if name == cell
        ]
        for cell in _TYPED
    }
