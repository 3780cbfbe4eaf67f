"""Questions about sales by category, country, group of customers or any other column."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dashboards.data.conditions import counted_statuses, is_taken_off, measures, sales_where
from dashboards.data.over_time import bucket_of, buckets
from dashboards.data.sales import UNKNOWN
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters

SEGMENT = "segment"
NO_SEGMENT = "No segment"
_SEGMENTS = "semantic_segmented_customers"
_MOST_DAYS, _MOST_WEEKS = 31, 57  # Points of a small line.
_WEEK = 7


def has_segments(data: Data) -> bool:
    """Return whether the snapshot knows the segment of each customer."""
    return data.has(_SEGMENTS)


def small_grain(days: Days) -> str:
    """Return the grain that gives a small line as many points as can be seen."""
    if len(days) <= _MOST_DAYS:
        return "day"
    return "week" if len(days) <= _MOST_WEEKS * _WEEK else "month"


def compared(
    filters: Filters, days: Days, before: Days | None, column: str
) -> tuple[str, dict[str, Any]]:
    """Return SQL and parameters of all values of a column, in a period or in the one before.

    Columns: that column, those of ``measures``, ``customers`` (known ones who bought), ``share``
    (of net sales above zero), ``before`` (amount of the earlier period; None without one) and
    ``difference``.

    Args:
        filters: What is asked for.
        days: Days to count.
        before: Days to compare with.
        column: A column of ``semantic_sales``, or ``segment``.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    past = "false"
    if before is not None:
        past = where.replace("$start and $end", "$earlier_start and $earlier_end")
        parameters |= {"earlier_start": before.start, "earlier_end": before.end}
    parameters["unknown"] = UNKNOWN
    none = "" if before is not None else " * null"
    source, off = _source(column), is_taken_off(statuses)
    sql = f"""
        with now as (
            select {column}, {measures(statuses)},
                count(distinct customer) filter (customer <> $unknown and not ({off}))
                    as customers
            from {source} where {where} group by {column}
        ),
        past as (
            select {column}, {measures(statuses)} from {source} where {past} group by {column}
        )
        select coalesce(now.{column}, past.{column}) as {column},
            coalesce(now.amount, 0) as amount, coalesce(now.returned, 0) as returned,
            coalesce(now.orders, 0) as orders, coalesce(now.sales, 0) as sales,
            coalesce(now.returns, 0) as returns, coalesce(customers, 0) as customers,
            cast(greatest(coalesce(now.amount, 0), 0)
                / nullif(sum(greatest(coalesce(now.amount, 0), 0)) over (), 0) as double) as share,
            coalesce(past.amount, 0){none} as before,
            coalesce(now.amount, 0) - coalesce(past.amount, 0){none} as difference
        from now full outer join past on now.{column} = past.{column}
    """
    return sql, parameters


def by_value(
    data: Data, filters: Filters, days: Days, before: Days | None, column: str
) -> list[dict[str, Any]]:
    """Return the rows of ``compared``, the largest amount first."""
    sql, parameters = compared(filters, days, before, column)
    return data.rows(f"select * from ({sql}) order by amount desc, {column}", parameters)


def trends(
    data: Data, filters: Filters, days: Days, column: str, values: Sequence[str], grain: str
) -> dict[str, list[Decimal]]:
    """Return the amounts of each value of a column, bucket by bucket, the empty ones too.

    Together they are the amount of that value in these days.
    """
    return moved_trends(data, filters, days, days, column, values, grain)


def moved_trends(
    data: Data,
    filters: Filters,
    days: Days,
    of: Days,
    column: str,
    values: Sequence[str],
    grain: str,
) -> dict[str, list[Decimal]]:
    """Return the same of other days, each sale moved to the day that it is compared with.

    Args:
        data: The snapshot.
        filters: What is asked for.
        days: Days whose buckets are filled.
        of: Days of the sales; the first of them is moved to the first of those.
        column: A column of ``semantic_sales``, or ``segment``.
        values: Values of it.
        grain: ``day``, ``week`` or ``month``.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, of, statuses)
    where = where.replace("$start and $end", "$of_start and $of_end")
    rows = data.rows(
        f"""
        with places as ({buckets(data, grain)}),
        wanted as (select unnest($wanted::varchar[]) as wanted),
        summed as (
            select {column} as wanted, {bucket_of(data, "(sale_date + $shift::int)", grain)}
                as bucket, {measures(statuses)}
            from {_source(column)} where {where} and {column} in (select wanted from wanted)
            group by all
        )
        select wanted, coalesce(amount, 0) as amount
        from wanted cross join places left join summed using (wanted, bucket)
        order by wanted, bucket
        """,
        parameters
        | {"start": days.start, "end": days.end, "of_start": of.start, "of_end": of.end}
        | {"shift": (days.start - of.start).days, "wanted": list(values)},
    )
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        found.setdefault(row["wanted"], []).append(Decimal(row["amount"]))
    return found


def _source(column: str) -> str:
    """Return what has that column: the sales, with the segment of their customer if asked for."""
    if column != SEGMENT:
        return "semantic_sales"
    return (
        f"(select sales.*, coalesce(segment, '{NO_SEGMENT}') as segment from semantic_sales "
        f"as sales left join {_SEGMENTS} using (customer))"
    )
