"""Questions about unusual sales, as the last scoring left them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboards.data import conditions
from dashboards.data.store import Data
from dashboards.filters import Filters

SCORES = "semantic_sales_anomalies"
_PARTS = 1_000_000  # Into so many parts sales are dealt by chance, to draw some of them.
_SHOWN_USUAL = 1_500  # Points of usual sales that are drawn; more would only be a blot.
_SCORED = "score, severity, is_anomaly, cluster, distance, reason as why, main_feature, shares"


@dataclass(frozen=True)
class Scores:
    """Where scores stand in the snapshot.

    Attributes:
        question: SQL of all scored sales: each with its sale's columns.
        threshold: Score from which the job flags a sale; None where it flags none.
        flagged: Number of sales that the job flags.
        scored: Number of sales that it scored.
    """

    question: str
    threshold: float | None
    flagged: int
    scored: int


@lru_cache(maxsize=4)
def find_scores(data: Data) -> Scores | None:
    """Return where the scores stand; None where no scoring is live."""
    if not data.has(SCORES):
        return None
    question = (
        "select sales.*, scores.* exclude (scored_sale) from semantic_sales as sales inner join ("
        f"select transaction_id as scored_sale, {_SCORED} from {SCORES} where score is not null"
        ") as scores on sales.sale = scores.scored_sale"
    )
    row = data.row(
        "select min(score) filter (is_anomaly) as threshold, "
        "count(*) filter (is_anomaly) as flagged, count(*) as scored "
        f"from {SCORES} where score is not null"
    )
    if not row["scored"]:
        return None
    return Scores(question, row["threshold"], row["flagged"], row["scored"])


@lru_cache(maxsize=256)
def threshold_for(data: Data, scores: Scores, percent: float | None) -> float:
    """Return the score from which a budget flags sales.

    Args:
        data: The snapshot.
        scores: Where the scores stand.
        percent: Budget in percent of all scored sales; None for what the job itself flags.
    """
    if percent is None and scores.threshold is not None:
        return float(scores.threshold)
    wanted = max(1, round(scores.scored * (percent if percent is not None else 0.5) / 100))
    row = data.row(
        f"select min(score) as threshold from (select score from {SCORES} "
        "where score is not null order by score desc limit $wanted)",
        {"wanted": wanted},
    )
    return float(row["threshold"])


def filtered(data: Data, scores: Scores, filters: Filters) -> tuple[str, dict[str, Any]]:
    """Return the scored sales under the filters of a page."""
    where, parameters = conditions.sales_where(filters, filters.days(data.domain), filters.statuses)
    return f"select * from ({scores.question}) where {where}", parameters


def points(
    data: Data, scores: Scores, filters: Filters, threshold: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return usual and unusual sales to draw; of the usual ones a fixed sample."""
    question, parameters = filtered(data, scores, filters)
    columns = "sale, sale_date, customer, customer_name, sales, coalesce(cluster, 0) as cluster"
    unusual = data.rows(
        f"select {columns}, why from ({question}) where score >= $threshold "
        "order by score desc limit 500",
        parameters | {"threshold": threshold},
    )
    where, _ = conditions.sales_where(filters, filters.days(data.domain), filters.statuses)
    many = data.row(f"select count(*) as n from semantic_sales where {where}", parameters)["n"]
    # Drawn before the scores are joined: the same sales each time, twice as many as are shown.
    drawn = min(_PARTS, 2 * _SHOWN_USUAL * _PARTS // max(many, 1) + 1)
    usual = data.rows(
        f"select {columns} from ({question}) where score < $threshold "
        f"and hash(sale) % {_PARTS} < $drawn order by hash(sale) limit {_SHOWN_USUAL}",
        parameters | {"threshold": threshold, "drawn": drawn},
    )
    return usual, unusual


def flagged_sales(
    data: Data, scores: Scores, filters: Filters, threshold: float
) -> tuple[int, Any]:
    """Return how many sales reach a threshold under the filters, and their worth."""
    question, parameters = filtered(data, scores, filters)
    row = data.row(
        "select count(*) as n, coalesce(sum(sales), 0) as amount "
        f"from ({question}) where score >= $threshold",
        parameters | {"threshold": threshold},
    )
    return int(row["n"]), row["amount"]


def histogram(
    data: Data, scores: Scores, filters: Filters, bins: int = 40
) -> tuple[list[float], list[int]]:
    """Return the edges and counts of the scores under the filters."""
    question, parameters = filtered(data, scores, filters)
    ends = data.row(
        f"select cast(min(score) as double) as low, cast(max(score) as double) as high "
        f"from ({question})",
        parameters,
    )
    if ends["low"] is None:
        return [], []
    low, high = ends["low"], max(ends["high"], ends["low"] + 1e-9)
    width = (high - low) / bins
    rows = data.rows(
        f"select least(cast(floor((score - $low) / $width) as int), {bins - 1}) as bin, "
        f"count(*) as n from ({question}) group by 1",
        parameters | {"low": low, "width": width},
    )
    counts = {row["bin"]: row["n"] for row in rows}
    edges = [low + width * place for place in range(bins + 1)]
    return edges, [counts.get(place, 0) for place in range(bins)]


def one_sale(data: Data, scores: Scores, sale: str) -> dict[str, Any] | None:
    """Return one scored sale with everything that is known of it; None where there is none."""
    rows = data.rows(f"select * from ({scores.question}) where sale = $sale", {"sale": sale})
    return rows[0] if rows else None


def past_of(data: Data, customer: str) -> list[dict[str, Any]]:
    """Return the sales of a customer, the last 500, by time."""
    rows = data.rows(
        "select sale, sale_at, sales, product_name, status from semantic_sales "
        "where customer = $customer order by sale_at desc, sale limit 500",
        {"customer": customer},
    )
    return rows[::-1]


def shares_of(row: dict[str, Any]) -> list[tuple[str, float]]:
    """Return what share of a score each feature has, largest first; nothing where none is known.

    The scoring says how much of the score is theirs: those add up to the score, these to 1.
    """
    shares = row.get("shares")
    if not isinstance(shares, dict):
        return []
    found = [(str(name), float(share)) for name, share in shares.items() if share]
    score = sum(share for _, share in found)
    return sorted(((name, share / score) for name, share in found), key=lambda one: -one[1])
