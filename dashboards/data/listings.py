"""Lists of all rows behind a number: what each asks for, and what stands beside its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dashboards.data import conditions, groups, products, unusual
from dashboards.data.store import Data
from dashboards.filters import Filters

Question = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Listing:
    """All rows of one kind.

    Attributes:
        question: SQL and parameters for filters; SQL without an order.
        columns: Columns in the order of the file; a grid may ask to sort by them.
        order: How rows stand where nobody asks.
        money: Columns that are money.
        shares: Columns that are shares of 1.
        links: For a column, the column whose value it filters by, the filter, and on which page.
        extras: Columns whose value is an extra of the page itself, of the same name.
        notes: For a column, the one whose value stands in small below it in a grid.
        names: For a column, the one whose value is shown in its place where it is blank.
        trend: Column of ``semantic_sales`` by whose value a small line is drawn; blank for none.
    """

    question: Callable[[Data, Filters], Question]
    columns: tuple[str, ...]
    order: str
    money: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str, str], ...] = ()
    extras: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    trend: str = ""


def _sales(data: Data, filters: Filters, statuses: tuple[str, ...]) -> Question:
    where, parameters = conditions.sales_where(filters, filters.days(data.domain), statuses)
    return f"select * from semantic_sales where {where}", parameters


def _counted_sales(data: Data, filters: Filters) -> Question:
    return _sales(data, filters, conditions.counted_statuses(filters))


def _all_sales(data: Data, filters: Filters) -> Question:
    return _sales(data, filters, filters.statuses)


def _customers(data: Data, filters: Filters) -> Question:
    statuses = conditions.counted_statuses(filters)
    where, parameters = conditions.sales_where(filters, filters.days(data.domain), statuses)
    return (
        "select *, sales as sales_count, "
        "greatest(amount, 0) / nullif(sum(greatest(amount, 0)) over (), 0) as share from ("
        "select customer, arg_max(customer_name, sale_at) as customer_name, "
        f"arg_max(country, sale_at) as country, {conditions.measures(statuses)}, "
        f"max(sale_date) filter (not ({conditions.is_taken_off(statuses)})) as last_sale "
        f"from semantic_sales where {where} group by customer)",
        parameters,
    )


def _products(data: Data, filters: Filters) -> Question:
    days = filters.days(data.domain)
    return products.by_product(filters, days, filters.compared(data.domain))


def _countries(data: Data, filters: Filters) -> Question:
    days = filters.days(data.domain)
    return groups.compared(filters, days, filters.compared(data.domain), "country")


def _rejected(data: Data, filters: Filters) -> Question:
    where, parameters = conditions.rejected_where(filters, filters.days(data.domain))
    return f"select * from semantic_rejected_rows where {where}", parameters


def _unusual(data: Data, filters: Filters) -> Question:
    scores = unusual.find_scores(data)
    if scores is None:
        return f"select {', '.join(f'null as {name}' for name in _UNUSUAL_COLUMNS)} where false", {}
    try:
        budget: float | None = float(filters.extra("budget"))
    except ValueError:
        budget = None
    question, parameters = unusual.filtered(data, scores, filters)
    threshold = unusual.threshold_for(data, scores, budget)
    return (
        "select *, replace(main_feature, '_', ' ') || ' ' || "
        "coalesce(round(100 * shares[main_feature] / nullif(score, 0))::int::varchar || ' %', '') "
        "as main_share "
        f"from ({question}) where score >= $threshold",
        parameters | {"threshold": threshold},
    )


_UNUSUAL_COLUMNS = (
    "sale",
    "severity",
    "score",
    "why",
    "main_share",
    "sales",
    "customer",
    "customer_name",
    "product",
    "product_name",
    "category",
    "status",
    "sale_at",
    "cluster",
    "distance",
    "raw_row",
)
_SALE_COLUMNS = (
    "sale",
    "order_number",
    "sale_at",
    "customer",
    "customer_name",
    "country",
    "product",
    "product_name",
    "category",
    "status",
    "payment_method",
    "quantity",
    "unit_price",
    "sales",
    "warnings",
    "raw_row",
)
_RAW_CELLS = (
    "transaction_id_raw",
    "transaction_at_raw",
    "customer_id_raw",
    "customer_name_raw",
    "product_id_raw",
    "product_name_raw",
    "category_raw",
    "quantity_raw",
    "unit_price_raw",
    "amount_raw",
    "status_raw",
    "payment_method_raw",
    "country_raw",
    "line_raw",
)
_CUSTOMER_COLUMNS = (
    "customer",
    "customer_name",
    "country",
    "amount",
    "returned",
    "share",
    "orders",
    "sales_count",
    "last_sale",
)
_PRODUCT_COLUMNS = (
    "product",
    "product_name",
    "category",
    "amount",
    "before",
    "share",
    "quantity",
    "returned",
    "returned_share",
    "orders",
    "last_sale",
)
_COUNTRY_COLUMNS = (
    "country",
    "amount",
    "before",
    "difference",
    "share",
    "returned",
    "orders",
    "customers",
)
_NAMES = (("customer_name", "customer"), ("product_name", "product"))
_SALE_NOTES = (
    ("sale", "warnings"),
    ("customer_name", "customer"),
    ("product_name", "category"),
)
_LINKS = (
    ("customer_name", "customer", "customers", "/customers"),
    ("product_name", "product", "products", "/products"),
)
_SALES = Listing(
    _all_sales,
    _SALE_COLUMNS,
    "sale_at desc, raw_row",
    ("sales", "unit_price"),
    links=_LINKS,
    notes=_SALE_NOTES,
    names=_NAMES,
)

LISTINGS: dict[str, Listing] = {
    "counted-sales": replace(_SALES, question=_counted_sales),
    "all-sales": _SALES,
    "customers": Listing(
        _customers,
        _CUSTOMER_COLUMNS,
        "amount desc, customer",
        ("amount", "returned"),
        ("share",),
        _LINKS[:1],
        notes=(("customer_name", "customer"),),
        names=_NAMES[:1],
        trend="customer",
    ),
    "countries": Listing(
        _countries,
        _COUNTRY_COLUMNS,
        "amount desc, country",
        ("amount", "before", "difference", "returned"),
        ("share",),
        (("country", "country", "countries", "/where"),),
        trend="country",
    ),
    "products": Listing(
        _products,
        _PRODUCT_COLUMNS,
        "amount desc, product",
        ("amount", "before", "returned"),
        ("share", "returned_share"),
        _LINKS[1:],
        notes=(("product_name", "product"),),
        names=_NAMES[1:],
        trend="product",
    ),
    "unusual-sales": Listing(
        _unusual,
        _UNUSUAL_COLUMNS,
        "score desc, sale",
        ("sales",),
        links=_LINKS,
        extras=("sale",),
        notes=(("why", "main_share"), *_SALE_NOTES[1:]),
        names=_NAMES,
    ),
    "rejected-rows": Listing(
        _rejected,
        (
            "raw_row",
            "reasons",
            "readable_amount",
            "sale_date",
            *_RAW_CELLS,
            "warnings",
            "is_waived",
        ),
        "raw_row",
        ("readable_amount",),
        notes=(
            ("transaction_id_raw", "transaction_at_raw"),
            ("customer_name_raw", "customer_id_raw"),
            ("product_name_raw", "product_id_raw"),
            ("status_raw", "country_raw"),
        ),
        names=(
            ("customer_name_raw", "customer_id_raw"),
            ("product_name_raw", "product_id_raw"),
        ),
    ),
}
