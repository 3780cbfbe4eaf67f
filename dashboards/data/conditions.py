"""Filters as conditions of SQL: on accepted sales, and on rows set aside."""

from __future__ import annotations

from typing import Any

from dashboards.days import Days
from dashboards.filters import ALL, Filters

RETURNED = "Returned"
NET = ("Completed", RETURNED)  # What net sales are made of, unless statuses are asked for.
_CONDITIONS = {
    "statuses": "status",
    "categories": "category",
    "countries": "country",
    "customers": "customer",
    "products": "product",
}
# The raw cells by which a rejected row is found under the same filters. They are compared as they
# stand, less blanks around them and, for the status, its case: that is how silver reads them.
_RAW_CONDITIONS = {
    "statuses": "lower(trim(status_raw))",
    "categories": "coalesce(nullif(trim(category_raw), ''), '(unknown)')",
    "countries": "coalesce(nullif(trim(country_raw), ''), '(unknown)')",
    "customers": "coalesce(nullif(trim(customer_id_raw), ''), '(unknown)')",
    "products": "coalesce(nullif(trim(product_id_raw), ''), '(unknown)')",
}


def counted_statuses(filters: Filters) -> tuple[str, ...]:
    """Return the statuses that money is summed over: those asked for, else those of net sales."""
    return filters.statuses or NET


def subtracts_returns(statuses: tuple[str, ...]) -> bool:
    """Return whether returned sales are taken off a sum over these statuses; empty for all.

    Where nothing else is asked for, they are the sum themselves.
    """
    return not statuses or (RETURNED in statuses and len(statuses) > 1)


def is_taken_off(statuses: tuple[str, ...]) -> str:
    """Return the SQL condition of a returned sale that is taken off a sum over these statuses."""
    return f"status = '{RETURNED}'" if subtracts_returns(statuses) else "false"


def measures(statuses: tuple[str, ...]) -> str:
    """Return what is summed over ``semantic_sales``, as columns of a select.

    Columns: ``amount`` (less what was returned), ``returned`` (what was taken off), ``orders`` and
    ``sales`` (without returns) and ``returns`` (how many).

    Args:
        statuses: Statuses that the rows are narrowed to; empty for all.
    """
    off = is_taken_off(statuses)
    return (
        f"coalesce(sum(case when {off} then -sales else sales end), 0) as amount, "
        f"coalesce(sum(sales) filter ({off}), 0) as returned, "
        f"count(*) filter (opens_order and not ({off})) as orders, "
        f"count(*) filter (not ({off})) as sales, count(*) filter ({off}) as returns"
    )


def sales_where(
    filters: Filters, days: Days, statuses: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    """Return the condition on ``semantic_sales`` and its parameters.

    Args:
        filters: What is asked for, less its period and statuses.
        days: Days to show.
        statuses: Statuses to show; empty for all.
    """
    parts = ["sale_date between $start and $end"]
    parameters: dict[str, Any] = {"start": days.start, "end": days.end}
    for name, column in _CONDITIONS.items():
        values = statuses if name == "statuses" else getattr(filters, name)
        if values:
            parts.append(f"{column} in (select unnest($" + f"{name}))")
            parameters[name] = list(values)
    return " and ".join(parts), parameters


def rejected_where(filters: Filters, days: Days) -> tuple[str, dict[str, Any]]:
    """Return the condition on ``semantic_rejected_rows`` and its parameters.

    A row whose day cannot be read belongs to no period but all of them.
    """
    undated = " or sale_date is null" if filters.period == ALL else ""
    parts = [f"(sale_date between $start and $end{undated})"]
    parameters: dict[str, Any] = {"start": days.start, "end": days.end}
    for name, expression in _RAW_CONDITIONS.items():
        if values := getattr(filters, name):
            parts.append(f"{expression} in (select unnest($" + f"{name}))")
            lowered = [value.lower() for value in values]
            parameters[name] = lowered if name == "statuses" else list(values)
    if reason := filters.extra("reason"):
        parts.append("list_contains(string_split(reasons, ', '), $reason)")
        parameters["reason"] = reason
    return " and ".join(parts), parameters
