"""Questions about accepted sales and rows set aside, under the filters of a page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.data.conditions import counted_statuses, measures, rejected_where, sales_where
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters

UNKNOWN = "(unknown)"


@dataclass(frozen=True)
class Totals:
    """Sales of a period.

    Attributes:
        amount: What they are worth, less what was returned.
        returned: What returned sales took off.
        orders: Orders that the sales opened; returns open none.
        sales: Number of sales, without returns.
        returns: Number of returned sales that were taken off.
    """

    amount: Decimal
    returned: Decimal
    orders: int
    sales: int
    returns: int

    @property
    def gross(self) -> Decimal:
        """Worth before returns."""
        return self.amount + self.returned

    @property
    def average(self) -> Decimal | None:
        """Worth before returns by order; None without an order."""
        return self.gross / self.orders if self.orders else None


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
    return _totals(data, filters, days, counted_statuses(filters))


def all_statuses(data: Data, filters: Filters, days: Days) -> Totals:
    """Return the sales of a period in every status, or in those asked for."""
    return _totals(data, filters, days, filters.statuses)


def _totals(data: Data, filters: Filters, days: Days, statuses: tuple[str, ...]) -> Totals:
    where, parameters = sales_where(filters, days, statuses)
    question = f"select {measures(statuses)} from semantic_sales where {where}"
    return Totals(**data.row(question, parameters))


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


def by_status(data: Data, filters: Filters, days: Days) -> list[dict[str, Any]]:
    """Return ``status``, ``amount``, ``orders`` and ``sales`` of each status, largest amount first.

    Nothing is taken off: returned sales are a status like the others, with a positive amount.
    """
    where, parameters = sales_where(filters, days, filters.statuses)
    return data.rows(
        "select status, sum(sales) as amount, count(*) filter (opens_order) as orders, "
        f"count(*) as sales from semantic_sales where {where} group by status "
        "order by amount desc, status",
        parameters,
    )


def top_customers(data: Data, filters: Filters, days: Days, limit: int) -> list[dict[str, Any]]:
    """Return the best customers: ``customer``, ``customer_name`` and those of ``measures``.

    Sales without a customer are no customer, and in no ranking (``unknown_amount``).
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    return data.rows(
        "select customer, arg_max(customer_name, sale_at) as customer_name, "
        f"{measures(statuses)} from semantic_sales where {where} and customer <> $unknown "
        f"group by customer order by amount desc, customer limit {limit}",
        parameters | {"unknown": UNKNOWN},
    )


def unknown_amount(data: Data, filters: Filters, days: Days, column: str) -> Decimal:
    """Return the worth of sales without a customer, or without a product.

    Args:
        data: The snapshot.
        filters: What is asked for.
        days: Days to count.
        column: ``customer`` or ``product``.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    row = data.row(
        f"select {measures(statuses)} from semantic_sales where {where} and {column} = $unknown",
        parameters | {"unknown": UNKNOWN},
    )
    return Decimal(row["amount"])


def find_sales(data: Data, typed: str, limit: int) -> list[dict[str, Any]]:
    """Return sales whose id or order number begins with a text, by id."""
    return data.rows(
        "select sale, sale_date, sales, customer from semantic_sales "
        "where starts_with(lower(sale), lower($typed)) "
        "or starts_with(lower(order_number), lower($typed)) order by sale limit $limit",
        {"typed": typed, "limit": limit},
    )


def customer_count(data: Data, filters: Filters, days: Days) -> int:
    """Return the number of customers behind a sum, the unknown one among them."""
    where, parameters = sales_where(filters, days, counted_statuses(filters))
    question = f"select count(distinct customer) as n from semantic_sales where {where}"
    return int(data.row(question, parameters)["n"])


def shared_amount(data: Data, filters: Filters, days: Days) -> Decimal:
    """Return what the shares of customers are of: the worth of those who are worth more than 0.

    A customer who returned more than was bought has a share of 0, not one below.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    row = data.row(
        f"select coalesce(sum(amount) filter (amount > 0), 0) as amount from (select customer, "
        f"{measures(statuses)} from semantic_sales where {where} group by customer)",
        parameters,
    )
    return Decimal(row["amount"])


def cumulative_shares(data: Data, filters: Filters, days: Days) -> list[float]:
    """Return the share of the best customer, of the best two, and so on, up to 1.

    Shares are of ``shared_amount``; nothing where that is 0.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    rows = data.rows(
        f"""
        with summed as (
            select customer, {measures(statuses)}
            from semantic_sales where {where} group by customer
        ),
        kept as (select customer, amount, greatest(amount, 0) as kept from summed)
        select cast(sum(kept) over (order by amount desc, customer rows unbounded preceding)
            / nullif(sum(kept) over (), 0) as double) as share
        from kept order by amount desc, customer
        """,
        parameters,
    )
    return [float(one["share"]) for one in rows if one["share"] is not None]
