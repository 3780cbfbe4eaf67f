"""Questions about accepted sales and rows set aside, under the filters of a page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.data.store import Data
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


@dataclass(frozen=True)
class Totals:
    """Sales of a period.

    Attributes:
        amount: What they are worth.
        orders: Orders that they opened.
        sales: Number of sales.
    """

    amount: Decimal
    orders: int
    sales: int

    @property
    def average(self) -> Decimal | None:
        """Worth by order; None without an order."""
        return self.amount / self.orders if self.orders else None


@dataclass(frozen=True)
class SetAside:
    """Quarantined rows of a period.

    Attributes:
        rows: How many.
        amount: What those with a readable amount are worth.
        unreadable: Rows among them without a readable amount.
    """

    rows: int
    amount: Decimal
    unreadable: int


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


def totals(data: Data, filters: Filters, days: Days) -> Totals:
    """Return what was sold in a period."""
    where, parameters = sales_where(filters, days, counted_statuses(filters))
    row = data.row(
        "select coalesce(sum(sales), 0) as amount, count(*) filter (opens_order) as orders, "
        f"count(*) as sales from semantic_sales where {where}",
        parameters,
    )
    return Totals(row["amount"], row["orders"], row["sales"])


def set_aside(data: Data, filters: Filters, days: Days) -> SetAside:
    """Return the quarantined rows of a period."""
    where, parameters = rejected_where(filters, days)
    row = data.row(
        "select count(*) as rows, coalesce(sum(readable_amount), 0) as amount, "
        "count(*) filter (readable_amount is null) as unreadable "
        f"from semantic_rejected_rows where {where}",
        parameters,
    )
    return SetAside(row["rows"], row["amount"], row["unreadable"])


def undated_rows(data: Data) -> int:
    """Return the number of quarantined rows whose day cannot be read."""
    return int(
        data.row("select count(*) as n from semantic_rejected_rows where sale_date is null")["n"]
    )


def rejection_rate(data: Data, filters: Filters, days: Days) -> Decimal | None:
    """Return quarantined rows by accepted and quarantined ones; None without any.

    Copies and replaced records are in neither: they are no sales that are missing.
    """
    where, parameters = sales_where(filters, days, filters.statuses)
    accepted = data.row(f"select count(*) as n from semantic_sales where {where}", parameters)["n"]
    rejected = set_aside(data, filters, days).rows
    return Decimal(rejected) / (accepted + rejected) if accepted + rejected else None


def by_grain(data: Data, filters: Filters, days: Days, grain: str) -> list[dict[str, Any]]:
    """Return worth and orders for each day, week or month, the empty ones too.

    Columns: ``bucket`` (first day of it), ``amount``, ``orders``, ``sales``.
    """
    where, parameters = sales_where(filters, days, counted_statuses(filters))
    return data.rows(
        f"""
        with buckets as ({_buckets(data, grain)}),
        summed as (
            select {bucket_of(data, "sale_date", grain)} as bucket, sum(sales) as amount,
                count(*) filter (opens_order) as orders, count(*) as sales
            from semantic_sales where {where} group by 1
        )
        select bucket, coalesce(amount, 0) as amount, coalesce(orders, 0) as orders,
            coalesce(sales, 0) as sales
        from buckets left join summed using (bucket) order by bucket
        """,
        parameters,
    )


def earlier_by_grain(
    data: Data, filters: Filters, days: Days, grain: str, before: Days | None
) -> list[dict[str, Any]]:
    """Return the worth of the period before, for each bucket of this one.

    Each sale is moved to the day that it is compared with, so that the buckets agree and their
    sum is that of the period before. Columns: ``bucket`` and ``amount``; no row without a period.
    """
    if before is None:
        return []
    where, parameters = sales_where(filters, before, counted_statuses(filters))
    where = where.replace("$start and $end", "$earlier_start and $earlier_end")
    parameters |= {"earlier_start": before.start, "earlier_end": before.end}
    parameters |= {"start": days.start, "end": days.end, "shift": (days.start - before.start).days}
    return data.rows(
        f"""
        with buckets as ({_buckets(data, grain)}),
        summed as (
            select {bucket_of(data, "(sale_date + $shift::int)", grain)} as bucket,
                sum(sales) as amount
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
        with buckets as ({_buckets(data, grain)}),
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


def bucket_of(data: Data, column: str, grain: str) -> str:
    """Return the expression for the first day of a day's bucket."""
    if grain == "week" and data.formats.week_start == 0:  # DuckDB's weeks start on Monday.
        return f"cast(date_trunc('week', {column} + 1) as date) - 1"
    return f"cast(date_trunc('{grain}', {column}) as date)"


def _buckets(data: Data, grain: str) -> str:
    return (
        f"select distinct {bucket_of(data, 'day', grain)} as bucket from (select cast(unnest("
        "generate_series($start::date, $end::date, interval 1 day)) as date) as day)"
    )


def by_column(
    data: Data, filters: Filters, days: Days, columns: str, statuses: tuple[str, ...], limit: int
) -> list[dict[str, Any]]:
    """Return worth, orders and sales by one or more columns of ``semantic_sales``, best first.

    Args:
        data: The snapshot.
        filters: What is asked for.
        days: Days to show.
        columns: Names of columns, parted by commas; never text from outside.
        statuses: Statuses to count; empty for all.
        limit: Most rows to return.
    """
    where, parameters = sales_where(filters, days, statuses)
    return data.rows(
        f"select {columns}, sum(sales) as amount, count(*) filter (opens_order) as orders, "
        f"count(*) as sales from semantic_sales where {where} group by {columns} "
        f"order by amount desc, {columns} limit {limit}",
        parameters,
    )


def top_customers(data: Data, filters: Filters, days: Days, limit: int) -> list[dict[str, Any]]:
    """Return the customers of the highest worth: ``customer``, ``customer_name``, ``amount``."""
    where, parameters = sales_where(filters, days, counted_statuses(filters))
    return data.rows(
        "select customer, arg_max(customer_name, sale_at) as customer_name, "
        "sum(sales) as amount, count(*) filter (opens_order) as orders, count(*) as sales "
        f"from semantic_sales where {where} group by customer "
        f"order by amount desc, customer limit {limit}",
        parameters,
    )


def all_statuses(data: Data, filters: Filters, days: Days) -> Totals:
    """Return the sales of a period in every status, or in those asked for."""
    where, parameters = sales_where(filters, days, filters.statuses)
    row = data.row(
        "select coalesce(sum(sales), 0) as amount, count(*) filter (opens_order) as orders, "
        f"count(*) as sales from semantic_sales where {where}",
        parameters,
    )
    return Totals(row["amount"], row["orders"], row["sales"])


def customer_count(data: Data, filters: Filters, days: Days) -> int:
    """Return the number of customers behind a sum, the unknown one among them."""
    where, parameters = sales_where(filters, days, counted_statuses(filters))
    question = f"select count(distinct customer) as n from semantic_sales where {where}"
    return int(data.row(question, parameters)["n"])


def cumulative_shares(data: Data, filters: Filters, days: Days) -> list[float]:
    """Return the share of the best customer, of the best two, and so on, up to 1."""
    where, parameters = sales_where(filters, days, counted_statuses(filters))
    rows = data.rows(
        f"""
        with summed as (
            select customer, sum(sales) as amount
            from semantic_sales where {where} group by customer
        )
        select cast(sum(amount) over (order by amount desc, customer rows unbounded preceding)
            / sum(amount) over () as double) as share
        from summed order by amount desc, customer
        """,
        parameters,
    )
    return [float(one["share"]) for one in rows]


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
