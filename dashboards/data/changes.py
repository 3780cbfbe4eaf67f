"""What changed most against the period before, and with whom: worked out, not guessed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.data.conditions import counted_statuses, is_taken_off, sales_where
from dashboards.data.sales import UNKNOWN
from dashboards.data.store import Data
from dashboards.days import Days, gained
from dashboards.filters import Filters

# Where a change may come from, the widest first; the first that explains enough is named.
_SIDES = (("categories", "category"), ("countries", "country"), ("products", "product"))
_ENOUGH = Decimal("0.4")  # Of the whole change, in one value.
_MOSTLY = Decimal("0.5")  # Of that value's change, with a few customers.
_FEW = 3


@dataclass(frozen=True)
class Cause:
    """Where most of a change comes from.

    Attributes:
        list_name: The filter that narrows to it, such as ``categories``.
        value: Its value.
        name: What to call it.
        difference: Its amount less that of the period before.
        customers: The few customers, as id, who make most of the difference; empty for many.
    """

    list_name: str
    value: str
    name: str
    difference: Decimal
    customers: tuple[str, ...]


def differences(
    data: Data, filters: Filters, days: Days, before: Days, column: str
) -> list[dict[str, Any]]:
    """Return ``value``, ``name`` and ``difference`` of each value of a column, by value.

    The difference is one by day where the two periods have not as many days.
    """
    statuses = counted_statuses(filters)
    now, parameters = sales_where(filters, days, statuses)
    past = now.replace("$start and $end", "$earlier_start and $earlier_end")
    amount = f"case when {is_taken_off(statuses)} then -sales else sales end"
    name = {"product": "product_name", "customer": "customer_name"}.get(column, column)
    rows = data.rows(
        f"""
        select {column} as value, coalesce(arg_max({name}, sale_at), {column}) as name,
            coalesce(sum({amount}) filter (sale_date between $start and $end), 0) as now,
            coalesce(
                sum({amount}) filter (sale_date between $earlier_start and $earlier_end), 0
            ) as past
        from semantic_sales where ({now}) or ({past}) group by {column} order by {column}
        """,
        parameters | {"earlier_start": before.start, "earlier_end": before.end},
    )
    return [
        {
            "value": one["value"],
            "name": one["name"],
            "difference": gained(one["now"], one["past"], days, before),
        }
        for one in rows
    ]


def main_cause(data: Data, filters: Filters, days: Days, before: Days) -> Cause | None:
    """Return where most of the change of the amount comes from; None where nothing stands out."""
    found: Cause | None = None
    for list_name, column in _SIDES:
        if len(getattr(filters, list_name)) == 1:
            continue
        rows = differences(data, filters, days, before, column)
        whole = sum((one["difference"] for one in rows), Decimal(0))
        known = [one for one in rows if one["value"] != UNKNOWN]
        if len(known) < 2 or not whole:
            continue
        sign = 1 if whole > 0 else -1
        most = max(known, key=lambda one: (sign * one["difference"], one["value"]))
        if sign * most["difference"] <= 0:
            continue
        if found is None or sign * most["difference"] >= _ENOUGH * abs(whole):
            customers = _few_customers(
                data, filters.add(list_name, most["value"]), days, before, most["difference"]
            )
            cause = Cause(list_name, most["value"], most["name"], most["difference"], customers)
            if sign * most["difference"] >= _ENOUGH * abs(whole):
                return cause
            found = cause
    return found


def _few_customers(
    data: Data, filters: Filters, days: Days, before: Days, difference: Decimal
) -> tuple[str, ...]:
    """Return up to three customers who make half of a difference; none where it takes more."""
    sign = 1 if difference > 0 else -1
    rows = [
        one
        for one in differences(data, filters, days, before, "customer")
        if sign * one["difference"] > 0 and one["value"] != UNKNOWN
    ]
    rows.sort(key=lambda one: (-sign * one["difference"], one["value"]))
    reached = Decimal(0)
    for place, one in enumerate(rows[:_FEW]):
        reached += sign * one["difference"]
        if reached >= _MOSTLY * abs(difference):
            return tuple(row["value"] for row in rows[: place + 1])
    return ()
