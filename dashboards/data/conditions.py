"""Filters as conditions of SQL: on accepted sales, and on rows set aside."""

from __future__ import annotations

from typing import Any

from dashboards.filters import ALL, Days, Filters

NET = ("Completed",)  # What counts as sold, unless statuses are asked for.
_CONDITIONS = {
    "statuses": "status",
    "categories": "category",
    "countries": "country",
    "customers": "customer",
}
# The raw cells by which a rejected row is found under the same filters. They are compared as they
# stand, less blanks around them and, for the status, its case: that is how silver reads them.
_RAW_CONDITIONS = {
    "statuses": "lower(trim(status_raw))",
    "categories": "coalesce(nullif(trim(category_raw), ''), '(unknown)')",
    "countries": "coalesce(nullif(trim(country_raw), ''), '(unknown)')",
    "customers": "coalesce(nullif(trim(customer_id_raw), ''), '(unknown)')",
}


def counted_statuses(filters: Filters) -> tuple[str, ...]:
    """Return the statuses that a sum of money is made of: those asked for, else Completed."""
    return filters.statuses or NET


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
