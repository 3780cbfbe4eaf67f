"""Sales and rows set aside by day, week or month, under the filters of a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboards.data.conditions import counted_statuses, measures, rejected_where, sales_where
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters


def by_grain(data: Data, filters: Filters, days: Days, grain: str) -> list[dict[str, Any]]:
    """Return worth and orders for each day, week or month, the empty ones too.

    Columns: ``bucket`` (first day of it) and those of ``measures``.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    return data.rows(
        f"""
        with buckets as ({buckets(data, grain)}),
        summed as (
            select {bucket_of(data, "sale_date", grain)} as bucket, {measures(statuses)}
            from semantic_sales where {where} group by 1
        )
        select bucket, coalesce(amount, 0) as amount, coalesce(returned, 0) as returned,
            coalesce(orders, 0) as orders, coalesce(sales, 0) as sales,
            coalesce(returns, 0) as returns
        from buckets left join summed using (bucket) order by bucket
        """,
        parameters,
    )


def earlier_by_grain(
    data: Data, filters: Filters, days: Days, grain: str, before: Days | None
) -> list[dict[str, Any]]:
    """Return the amount of the compared period for each bucket of its length.

    Each sale is moved to the day that it is compared with, so that the buckets agree and their
    sum is that of the compared period. Columns: ``bucket`` and ``amount``; no row without a period.
    """
    if before is None:
        return []
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, before, statuses)
    where = where.replace("$start and $end", "$earlier_start and $earlier_end")
    parameters |= {"earlier_start": before.start, "earlier_end": before.end}
    shift = days.start - before.start
    parameters |= {"start": days.start, "end": before.end + shift, "shift": shift.days}
    return data.rows(
        f"""
        with buckets as ({buckets(data, grain)}),
        summed as (
            select {bucket_of(data, "(sale_date + $shift::int)", grain)} as bucket,
                {measures(statuses)}
            from semantic_sales where {where} group by 1
        )
        select bucket, coalesce(amount, 0) as amount
        from buckets left join summed using (bucket) order by bucket
        """,
        parameters,
    )


def rejected_by_grain(data: Data, filters: Filters, days: Days, grain: str) -> list[dict[str, Any]]:
    """Return rows set aside for each day, week or month, the empty ones too.

    Columns: ``bucket`` (first day of it), ``rejected``, ``amount``. Rows without a readable day
    are in none.
    """
    where, parameters = rejected_where(filters, days)
    return data.rows(
        f"""
        with buckets as ({buckets(data, grain)}),
        counted as (
            select {bucket_of(data, "sale_date", grain)} as bucket, count(*) as rejected,
                coalesce(sum(readable_amount), 0) as amount
            from semantic_rejected_rows where {where} and sale_date is not null group by 1
        )
        select bucket, coalesce(rejected, 0) as rejected, coalesce(amount, 0) as amount
        from buckets left join counted using (bucket) order by bucket
        """,
        parameters,
    )


def status_mix(data: Data, filters: Filters, days: Days, grain: str) -> list[dict[str, Any]]:
    """Return the worth of each status by day, week or month; buckets without sales are left out.

    Columns: ``bucket``, ``total``, and one for each known status.
    """
    where, parameters = sales_where(filters, days, filters.statuses)
    sums = "".join(
        f", coalesce(sum(sales) filter (status = $status_{place}), 0) as status_{place}"
        for place in range(len(data.domain.statuses))
    )
    named = {f"status_{place}": status for place, status in enumerate(data.domain.statuses)}
    rows = data.rows(
        f"select {bucket_of(data, 'sale_date', grain)} as bucket, sum(sales) as total{sums} "
        f"from semantic_sales where {where} group by 1 order by 1",
        parameters | named,
    )
    return [
        {"bucket": row["bucket"], "total": row["total"]}
        | {status: row[place] for place, status in named.items()}
        for row in rows
    ]


def bucket_of(data: Data, column: str, grain: str) -> str:
    """Return the expression for the first day of a day's bucket."""
    if grain == "week" and data.formats.week_start == 0:  # DuckDB's weeks start on Monday.
        return f"cast(date_trunc('week', {column} + 1) as date) - 1"
    return f"cast(date_trunc('{grain}', {column}) as date)"


def buckets(data: Data, grain: str) -> str:
    """Return SQL of the first day of every bucket from ``$start`` to ``$end``."""
    return (
        f"select distinct {bucket_of(data, 'day', grain)} as bucket from (select cast(unnest("
        "generate_series($start::date, $end::date, interval 1 day)) as date) as day)"
    )


def first_days(data: Data, days: Days, grain: str) -> list[date]:
    """Return the first day of every bucket, in order."""
    rows = data.rows(
        f"select bucket from ({buckets(data, grain)}) order by bucket",
        {"start": days.start, "end": days.end},
    )
    return [row["bucket"] for row in rows]
