"""What the dashboard shows of a question to metrics, from its snapshot in DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import duckdb
from metric_questions import Cells, Drawn, draw

from dashboards.data import buyers, groups, over_time, products, quality, sales
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import ALL, CUSTOM, Filters

_LISTS = {
    "category": "categories",
    "country": "countries",
    "customer": "customers",
    "product": "products",
}
_GRAINS = ("day", "week", "month")


def shown_questions(silver: duckdb.DuckDBPyConnection, data: Data, many: int) -> list[Drawn]:
    """Return random questions, each narrowed to the metrics that the dashboard shows of it.

    Args:
        silver: Holds the rows.
        data: The snapshot.
        many: How many questions.
    """
    found: list[Drawn] = []
    for seed in count():
        drawn = draw(silver, seed)
        names = tuple(dashboard(data, drawn))
        if names:
            found.append(replace(drawn, asked=replace(drawn.asked, metrics=names)))
        if len(found) == many:
            break
    return found


def dashboard(data: Data, drawn: Drawn) -> dict[str, Cells]:
    """Return what the dashboard shows of a question, by metric; nothing where no page shows it."""
    asked = drawn.asked
    if not set(drawn.kept) <= set(_LISTS) or asked.compare:
        return {}
    narrowed: Any = {_LISTS[name]: values for name, values in drawn.kept.items()}
    if asked.start and asked.end:
        ends = {"start": date.fromisoformat(asked.start), "end": date.fromisoformat(asked.end)}
        narrowed |= {"period": CUSTOM} | ends
    else:
        narrowed["period"] = ALL
    filters = Filters(**narrowed)
    found = _shown(data, filters, filters.days(data.domain), asked.by)
    return {name: found[name] for name in asked.metrics if name in found}


def _shown(data: Data, filters: Filters, days: Days, by: Sequence[str]) -> dict[str, Cells]:
    """Return every metric that a page shows by these groups."""
    if not by:
        return _of_a_period(data, filters, days)
    if len(by) == 1 and by[0] in _GRAINS:
        return _of_a_grain(data, filters, days, by[0])
    if by == ("status",):
        amounts = sales.by_status(data, filters, days)
        return {"sales_of_any_status": _cells(amounts, "status", "amount")}
    if by in (("category",), ("country",)):
        rows = groups.by_value(data, filters, days, None, by[0])
        return _of_sales(rows, by[0]) | {"active_customers": _cells(rows, by[0], "customers")}
    if by == ("product",):
        sql, parameters = products.by_product(filters, days, None)
        rows = data.rows(sql, parameters)
        return _of_sales(rows, "product") | {
            "return_rate": _cells(rows, "product", "returned_share")
        }
    if len(by) == 2 and by[0] in _GRAINS and by[1] in ("category", "country"):
        return {"net_sales": dict(_trends(data, filters, days, by[0], by[1]))}
    return {}


def _of_a_period(data: Data, filters: Filters, days: Days) -> dict[str, Cells]:
    total = sales.totals(data, filters, days)
    aside = sales.set_aside(data, filters, days)
    split = buyers.period_split(data, filters, days)
    found: dict[str, Cells] = {}
    if total.sales + total.returns:
        row = {"amount": total.amount, "returned": total.returned, "orders": total.orders}
        found = _of_sales([row])
        found["average_order_value"] = {(): (total.average,)}
        found["active_customers"] = {(): (split["new"] + split["returning"],)}
    if (rate := sales.rejection_rate(data, filters, days)) is not None:
        found["rejection_rate"] = {(): (rate,)}
        found["quarantined_rows"] = {(): (aside.rows,)}
        found["quarantined_value"] = {(): (aside.amount,)}
    return found


def _of_a_grain(data: Data, filters: Filters, days: Days, grain: str) -> dict[str, Cells]:
    sold = over_time.by_grain(data, filters, days, grain)
    split = buyers.new_and_returning(data, filters, days, grain)
    sides = quality.sides_by_grain(data, filters, days, grain)
    found = _of_sales((one for one in sold if one["sales"] + one["returns"]), "bucket")
    found["active_customers"] = {
        (one["bucket"],): (one["new_customers"] + one["returning_customers"],) for one in split
    }
    # The chart of rows has no place for those without a day.
    shown = {"accepted": "accepted_rows", "quarantined": "quarantined_rows"}
    found |= {name: _cells(sides, "bucket", column) for column, name in shown.items()}
    found["quarantined_value"] = _cells(sides, "bucket", "amount")
    return found


def _trends(
    data: Data, filters: Filters, days: Days, grain: str, column: str
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    values = [one[column] for one in groups.by_value(data, filters, days, None, column)]
    starts = over_time.first_days(data, days, grain)
    for value, amounts in groups.trends(data, filters, days, column, values, grain).items():
        for start, amount in zip(starts, amounts, strict=True):
            yield (start, value), (amount,)


def _of_sales(rows: Iterable[dict[str, Any]], *by: str) -> dict[str, Cells]:
    """Return what each row of sums says of sales, under the values of its groups."""
    found: dict[str, Cells] = {
        name: {} for name in ("net_sales", "gross_sales", "returned_sales", "orders")
    }
    for row in rows:
        key = tuple(row[name] for name in by)
        found["net_sales"][key] = (row["amount"],)
        found["gross_sales"][key] = (row["amount"] + row["returned"],)
        found["returned_sales"][key] = (row["returned"],)
        found["orders"][key] = (row["orders"],)
    return found


def _cells(rows: Iterable[dict[str, Any]], by: str, column: str) -> Cells:
    return {(row[by],): (row[column],) for row in rows}


def gaps(
    found: Cells, shown: dict[str, Cells], metrics: Sequence[str], grains: Sequence[str]
) -> Iterator[tuple[str, Cells, Cells]]:
    """Yield each metric that is shown, as answered and as on the dashboard, in like form.

    A day without any of what is counted is 0 on one side and left out on the other; rows without
    a day are on no chart over time.

    Args:
        found: The answer.
        shown: What the dashboard shows, by metric.
        metrics: The metrics of the answer.
        grains: Grains of time among its groups, which come first.
    """
    for name, cells in shown.items():
        place = metrics.index(name)
        mine = {
            key: (values[place],)
            for key, values in found.items()
            if values[place] and not (grains and key[0] is None)
        }
        yield name, mine, {key: values for key, values in cells.items() if values[0]}
