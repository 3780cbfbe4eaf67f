"""``p360 score --what-if``: what another threshold would flag, without writing."""

from __future__ import annotations

import math

from rich.table import Table

from python_jobs.anomalies.config import Budget
from python_jobs.errors import P360Error
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

SCORES = "ml_sales_anomaly_scores"
_SHOWN = 10


def parse_what_if(text: str) -> Budget:
    """Read ``budget=1%``.

    Raises:
        P360Error: It is something else.
    """
    name, _, value = text.partition("=")
    if name.strip() != "budget" or not value:
        raise P360Error(f"'{text}' is not a threshold; write budget=1% or budget=20/day")
    return Budget.parse(value)


def print_what_if(settings: Settings, budget: Budget) -> None:
    """Print how many sales a budget would flag, and the first of those that are not flagged now.

    Raises:
        P360Error: Sales were never scored.
    """
    scores = f"{settings.schema}.{SCORES}"
    with connect(settings) as connection:
        rows, flagged = _counts(connection, settings, scores)
        days = connection.scalar(
            f"select count(distinct transaction_date) from {settings.schema}.silver_sales"
        )
        most = math.ceil(round(budget.share_of(rows, int(days)) * rows, 6))
        # The score of the first sale that the budget has no room for.
        limit = connection.scalar(
            f"select min(score) from (select score from {scores} order by score desc "
            f"limit {min(most + 1, rows)})"
        )
        would = connection.scalar(
            f"select count_if(score > {limit!r}D and coalesce(feedback, '') <> 'expected') "
            f"from {scores}"
        )
        others = connection.query(
            f"select transaction_id, score, severity, reason from {scores} "
            f"where (score > {limit!r}D and coalesce(feedback, '') <> 'expected') <> is_anomaly "
            f"order by score desc, transaction_id limit {_SHOWN}"
        ).rows
    out.print(
        f"{flagged:,} of {rows:,} sales are flagged; a budget of {budget} would flag {would:,}"
    )
    if not others:
        return
    more = "more" if would > flagged else "fewer"
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in (f"{abs(would - flagged):,} {more}, such as", "score", "severity", "why"):
        table.add_column(name, justify="right" if name in ("score", "severity") else "left")
    for transaction, score, severity, reason in others:
        table.add_row(str(transaction), f"{score:.3f}", f"{severity:.2f}", str(reason))
    out.print(table)


def _counts(connection: ThriftConnection, settings: Settings, scores: str) -> tuple[int, int]:
    if not connection.has_schema(settings.schema) or not connection.has_view(
        settings.schema, SCORES
    ):
        raise P360Error(f"schema {settings.schema} has no scores yet; run 'p360 score' first")
    rows, flagged = connection.query(f"select count(*), count_if(is_anomaly) from {scores}").rows[0]
    if not rows:
        raise P360Error(f"schema {settings.schema} has no scores yet; run 'p360 score' first")
    return int(rows), int(flagged)
