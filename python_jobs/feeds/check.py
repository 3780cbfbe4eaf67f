"""`p360 feed check`: what would become of files, before anything is loaded.

The files are read as ingest reads them and judged by the models' own compiled SQL, over temporary
views of one session. Nothing is written that readers or builds can see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from python_jobs.dbt.rules import read_rules
from python_jobs.feeds.declared_cells import read_declaration, unused_columns
from python_jobs.feeds.judging import JudgedFiles, judged_files
from python_jobs.settings import Settings

_EXAMPLES = 3
# Lines that are told to be no sales, by reader or declaration: nobody misses them.
_NO_SALES = ("repeated_header", "total_row", "footer_row", "heading_row", "not_a_sale")
_TYPED = ("transaction_at", "quantity", "unit_price", "amount", "status")
_DISPOSITIONS = ("accepted", "quarantined", "duplicate", "superseded")
ONLY_OF_ALL = ("duplicate", "superseded")  # Told by comparing a record with all others.
_JUDGED = (
    *("disposition", "rejection_reasons", "warnings", "_set_aside_reason"),
    *(column for cell in _TYPED for column in (cell, f"{cell}_raw")),
)
MOST_JUDGED = 200_000  # Some ten seconds on two cores.
_COUNTS = """
    select kind, name, count(*) as rows from (
        select 'disposition' as kind, disposition as name from judged
        union all select 'reason', unnest(rejection_reasons) from judged
        union all select 'warning', unnest(warnings) from judged
    ) group by kind, name order by rows desc, name"""
_SUMS = """
    select
        coalesce(sum(amount) filter (status = 'Completed'), 0.00),
        coalesce(sum(amount) filter (status = 'Returned'), 0.00),
        epoch_us(min(transaction_at)),
        epoch_us(max(transaction_at))
    from judged where disposition = 'accepted'"""
_UNREAD = " union all ".join(
    f"select '{cell}', min({cell}_raw) filter (trim({cell}_raw) <> '') from judged "
    f"where _set_aside_reason is null having count({cell}) = 0 and max(trim({cell}_raw)) <> ''"
    for cell in _TYPED
)
_EXAMPLES_OF = """
    select {cell}_raw, min({value})
    from judged
    where {cell}_raw is not null
    group by {cell}_raw
    order by min({value}) is not null, count(*) desc, 1
    limit {count}"""


@dataclass(frozen=True)
class Check:
    """What would become of the records of some files.

    Attributes:
        records: Records below the headers, those that could not be read among them.
        set_aside: Lines that could not be read, by reason.
        sampled: Number of records that were judged, where a sample stands for those that could be
            read; all that follows is of the sample then, and None means that all were judged.
        dispositions: Records by disposition, all four.
        reasons: Rejection reason to number of records.
        warnings: Warning to number of records.
        sales_amount: Sum of the accepted completed sales.
        returns_amount: Sum of the accepted returns.
        earliest: Time of the first accepted sale; None without any.
        latest: Time of the last.
        examples: For each typed cell, pairs of raw text and value.
        unread: Cells that are filled and none of which could be read, with one of their texts.
        unused: Columns of the files that no cell uses.
        rules_not_applied: Rules that need cells which the feed does not declare.
        amounts_are: What the declaration says of amounts, such as ``EUR, tax included``.
    """

    records: int
    set_aside: dict[str, int]
    sampled: int | None
    dispositions: dict[str, int]
    reasons: dict[str, int]
    warnings: dict[str, int]
    sales_amount: Decimal
    returns_amount: Decimal
    earliest: datetime | None
    latest: datetime | None
    examples: dict[str, list[tuple[str, str]]]
    unread: dict[str, str]
    unused: list[str]
    rules_not_applied: list[str]
    amounts_are: str

    @property
    def accepted_share(self) -> float:
        """Accepted records by all that could be sales, 0 to 1; 1 without any.

        A sample stands for all records that could be read.
        """
        accepted: float = self.dispositions["accepted"]
        sales: float = self.records - _no_sales(self.reasons)
        if self.sampled is not None:
            aside = sum(self.set_aside.values())
            weight = (self.records - aside) / self.sampled
            accepted *= weight
            sales = weight * (self.sampled - _no_sales(self.reasons))
            sales += aside - _no_sales(self.set_aside)
        return accepted / sales if sales else 1.0

    def as_json(self) -> str:
        """Return it as one JSON object; amounts as text."""
        return json.dumps(
            {
                "records": self.records,
                "set_aside": self.set_aside,
                "sampled": self.sampled,
                "accepted_share": round(self.accepted_share, 6),
                **self.dispositions,
                # Records that stand out beside others: of those, a sample lacks most.
                **({} if self.sampled is None else dict.fromkeys(ONLY_OF_ALL)),
                "reasons": self.reasons,
                "warnings": self.warnings,
                "sales_amount": str(self.sales_amount),
                "returns_amount": str(self.returns_amount),
                "earliest": self.earliest.isoformat() if self.earliest else None,
                "latest": self.latest.isoformat() if self.latest else None,
                "unread": self.unread,
                "unused": self.unused,
                "rules_not_applied": self.rules_not_applied,
                "amounts_are": self.amounts_are,
            },
            indent=2,
            ensure_ascii=False,
        )


def check_files(
    settings: Settings, feed_name: str, paths: Sequence[Path], most: int | None = MOST_JUDGED
) -> Check:
    """Judge the records of files as a build would, and write nothing; errors as `judged_files`.

    Args:
        settings: Where the server is.
        feed_name: Name of the feed.
        paths: Files, or folders of them.
        most: Of more records, a sample of so many is judged; None for all.
    """
    with judged_files(settings, feed_name, paths, _JUDGED, most) as judged:
        return read_check(settings, judged)


def read_check(settings: Settings, judged: JudgedFiles) -> Check:
    """Return what is told of judged files."""
    declared = read_declaration(settings, judged.feed.name)
    with duckdb.connect() as connection:
        connection.execute(f"create view judged as from '{judged.rows}'")
        rows = connection.execute(_COUNTS).fetchall()
        sums = connection.execute(_SUMS).fetchall()[0]
        examples = {cell: _examples(connection, cell) for cell in _TYPED}
        unread = connection.execute(_UNREAD).fetchall()
    counts = {
        what: {name: count for kind, name, count in rows if kind == what}
        for what in ("disposition", "reason", "warning")
    }
    dispositions = {name: counts["disposition"].get(name, 0) for name in _DISPOSITIONS}
    unused = unused_columns(judged.feed, declared) if declared else []
    said = declared or {}
    return Check(
        records=judged.records,
        set_aside=judged.set_aside,
        sampled=judged.sampled,
        dispositions=dispositions,
        reasons=counts["reason"],
        warnings=counts["warning"],
        sales_amount=Decimal(sums[0]),
        returns_amount=Decimal(sums[1]),
        earliest=_moment(sums[2]),
        latest=_moment(sums[3]),
        examples=examples,
        unread=dict(unread),
        unused=sorted({*unused, *judged.undeclared}),
        # The very SQL tells: a rule that applies stands in it.
        rules_not_applied=[
            rule.id
            for rule in read_rules(settings.project_dir)
            if f"then '{rule.id}' end" not in judged.sql
        ],
        amounts_are=", ".join(
            [
                *([said["currency"]] if "currency" in said else []),
                *([f"tax {said['tax']}"] if "tax" in said else []),
            ]
        ),
    )


def _no_sales(reasons: Mapping[str, int]) -> int:
    return sum(reasons.get(reason, 0) for reason in _NO_SALES)


def _moment(microseconds: int | None) -> datetime | None:
    """Return a time in UTC, without saying so."""
    if microseconds is None:
        return None
    return datetime.fromtimestamp(microseconds / 1e6, UTC).replace(tzinfo=None)


def _examples(connection: duckdb.DuckDBPyConnection, cell: str) -> list[tuple[str, str]]:
    """Return some raw texts of a cell with their values, those that could not be read first."""
    value = f"cast({cell} as varchar)"
    if cell == "transaction_at":
        value = "cast(make_timestamp(epoch_us(transaction_at)) as varchar)"
    query = _EXAMPLES_OF.format(cell=cell, value=value, count=_EXAMPLES)
    return [
        (raw, "unreadable" if read is None else read)
        for raw, read in connection.execute(query).fetchall()
    ]
