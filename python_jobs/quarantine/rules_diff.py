"""`p360 rules diff`: what an edited rule would change, before anything is built.

The live rows are judged again, by the macros that the model itself uses, and compared with the
judgement that they have. Nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from rich.table import Table

from python_jobs.dbt.runner import compile_sql, run_dbt
from python_jobs.errors import P360Error
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

_ASSESSED = "silver_sales_assessed"
_EXAMPLES = 10


@dataclass(frozen=True)
class Move:
    """Rows that would change together.

    Attributes:
        before: Disposition that they have.
        after: Disposition that they would get.
        rows: How many they are.
        amount: What they are worth, in the feed's currency.
    """

    before: str
    after: str
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class RuleChange:
    """Rows that a rule would newly hold against them, or not any more.

    Attributes:
        rule: Id of the rule.
        gained: Rows that would newly break it.
        gained_amount: What these are worth.
        lost: Rows that would break it no more.
        lost_amount: What these are worth.
    """

    rule: str
    gained: int
    gained_amount: Decimal
    lost: int
    lost_amount: Decimal


@dataclass(frozen=True)
class Example:
    """One row that would change."""

    row: str
    transaction: str | None
    amount: Decimal | None
    before: str
    after: str
    reasons_before: list[str]
    reasons_after: list[str]


@dataclass(frozen=True)
class RulesDiff:
    """What the edited rules would change of the live rows."""

    run_id: str
    rows: int
    moves: list[Move]
    rules: list[RuleChange]
    examples: list[Example]


def rules_diff(settings: Settings) -> RulesDiff:
    """Judge the live rows again, and compare.

    Raises:
        P360Error: Nothing is live, or a rule is not valid SQL; the message names the rule.
    """
    with connect(settings) as connection:
        live = settings.live_schema
        if not connection.has_schema(live) or not connection.has_view(live, _ASSESSED):
            raise P360Error(f"no run is live in schema {live} yet; start with 'p360 run'")
        run_dbt(settings, "reading the rules", ["run-operation", "check_sales_rules"])
        again = (
            "("
            + compile_sql(
                settings, "compiling them", f"{{{{ judge_again('{live}.{_ASSESSED}') }}}}"
            )
            + ")"
        )
        return RulesDiff(
            run_id=str(connection.scalar(f"select run_id from {live}.live_run")),
            rows=int(connection.scalar(f"select count(*) from {live}.{_ASSESSED}")),
            moves=_moves(connection, again),
            rules=_rule_changes(connection, again),
            examples=_examples(connection, again),
        )


def print_rules_diff(settings: Settings, *, as_json: bool) -> None:
    """Print the difference.

    Raises:
        P360Error: As ``rules_diff``.
    """
    diff = rules_diff(settings)
    if as_json:
        out.print(json.dumps(asdict(diff), default=str, indent=2), markup=False)
        return
    moved = sum(move.rows for move in diff.moves)
    out.print(
        f"[bold]{moved:,} of {diff.rows:,} rows would change[/]  "
        f"live run {diff.run_id}, with the rules as edited"
    )
    if diff.rules:
        rules = _table("rule", "newly broken by", "worth", "no more by", "worth")
        for rule in diff.rules:
            rules.add_row(
                rule.rule,
                f"{rule.gained:,} rows",
                f"{rule.gained_amount:,.2f}",
                f"{rule.lost:,} rows",
                f"{rule.lost_amount:,.2f}",
            )
        out.print(rules)
    if diff.moves:
        moves = _table("from", "to", "rows", "worth")
        for move in diff.moves:
            moves.add_row(move.before, move.after, f"{move.rows:,}", f"{move.amount:,.2f}")
        out.print(moves)
        examples = _table("such as", "transaction", "amount", "from", "to", "reasons")
        for example in diff.examples:
            examples.add_row(
                example.row,
                example.transaction or "",
                "" if example.amount is None else f"{example.amount:,.2f}",
                example.before,
                example.after,
                ", ".join(example.reasons_after or example.reasons_before),
            )
        out.print(examples)


def _moves(connection: ThriftConnection, again: str) -> list[Move]:
    rows = connection.query(
        "select disposition_before, disposition, count(*), coalesce(sum(amount), 0) "
        f"from {again} where disposition <> disposition_before group by all order by 1, 2"
    ).rows
    return [Move(*row) for row in rows]


def _rule_changes(connection: ThriftConnection, again: str) -> list[RuleChange]:
    # A rule that only changed its severity keeps what it says of a row: no row is gained or lost.
    now, before = (
        f"concat(rejection_reasons{which}, warnings{which})" for which in ("", "_before")
    )
    rows = connection.query(
        "select rule, count_if(is_gain), coalesce(sum(amount) filter (where is_gain), 0), "
        "count_if(not is_gain), coalesce(sum(amount) filter (where not is_gain), 0) from ("
        f"select amount, true as is_gain, explode(array_except({now}, {before})) as rule from "
        f"{again} union all "
        f"select amount, false as is_gain, explode(array_except({before}, {now})) as rule from "
        f"{again}) group by rule order by rule"
    ).rows
    return [RuleChange(*row) for row in rows]


def _examples(connection: ThriftConnection, again: str) -> list[Example]:
    rows = connection.query(
        "select _row_id, transaction_id, amount, disposition_before, disposition, "
        f"rejection_reasons_before, rejection_reasons from {again} "
        "where disposition <> disposition_before "
        f"order by amount desc nulls last, _row_id limit {_EXAMPLES}"
    ).rows
    return [Example(*row[:5], *map(_list, row[5:])) for row in rows]


def _list(text: Any) -> list[str]:  # noqa: ANN401
    """Return an array, which arrives as JSON text."""
    found: list[str] = json.loads(text) if isinstance(text, str) else list(text)
    return found


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    texts: Sequence[str] = ("rule", "from", "to", "such as", "transaction", "reasons")
    for column in columns:
        table.add_column(column, justify="left" if column in texts else "right")
    return table
