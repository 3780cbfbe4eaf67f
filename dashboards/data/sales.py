"""Questions about accepted sales and rows set aside, under the filters of a page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.data.conditions import counted_statuses, rejected_where, sales_where
from dashboards.data.store import Data
from dashboards.filters import Days, Filters


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
