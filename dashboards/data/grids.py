"""Lists of all rows behind a number: a block at a time for grids, whole for files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboards.data import conditions, unusual
from dashboards.data.store import Data
from dashboards.filters import Filters

_MOST_ROWS = 500  # In one block, whatever a browser asks for.
_BATCH = 5_000
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
        links: For a column, the filter that its value sets, and on which page.
        extras: Columns whose value is an extra of the page itself, of the same name.
    """

    question: Callable[[Data, Filters], Question]
    columns: tuple[str, ...]
    order: str
    money: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    extras: tuple[str, ...] = ()


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
_JUDGED_COLUMNS = ("raw_row", "reasons", "readable_amount", "sale_date")
_TO_CUSTOMER = ("customer", "customers", "/customers")

LISTINGS: dict[str, Listing] = {
    "counted-sales": Listing(
        _counted_sales, _SALE_COLUMNS, "sale_at desc, raw_row", ("sales",), links=(_TO_CUSTOMER,)
    ),
    "all-sales": Listing(
        _all_sales, _SALE_COLUMNS, "sale_at desc, raw_row", ("sales",), links=(_TO_CUSTOMER,)
    ),
    "customers": Listing(
        _customers,
        _CUSTOMER_COLUMNS,
        "amount desc, customer",
        ("amount", "returned"),
        ("share",),
        (_TO_CUSTOMER,),
    ),
    "unusual-sales": Listing(
        _unusual, _UNUSUAL_COLUMNS, "score desc, sale", ("sales",), extras=("sale",)
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
    ),
}


def grid_rows(data: Data, grid: str, filters: Filters, request: dict[str, Any]) -> dict[str, Any]:
    """Return one block of rows as a grid wants it: ``rowData`` and ``rowCount``.

    Args:
        data: The snapshot.
        grid: Name of the listing.
        filters: What is asked for.
        request: What AG Grid asks: ``startRow``, ``endRow`` and ``sortModel``.
    """
    listing = LISTINGS.get(grid)
    if listing is None:
        return {"rowData": [], "rowCount": 0}
    sql, parameters = listing.question(data, filters)
    start = max(0, int(request.get("startRow") or 0))
    size = min(max(0, int(request.get("endRow") or 0) - start), _MOST_ROWS)
    count = int(data.row(f"select count(*) as n from ({sql})", parameters)["n"])
    rows = data.rows(
        f"select {', '.join(listing.columns)} from ({sql}) order by {_order(listing, request)} "
        "limit $size offset $skipped",
        parameters | {"size": size, "skipped": start},
    )
    return {"rowData": [_shown(data, listing, filters, row) for row in rows], "rowCount": count}


def whole(data: Data, grid: str, filters: Filters) -> Iterator[list[Any]]:
    """Yield the header, then every row of a listing; texts are made harmless for spreadsheets.

    Args:
        data: The snapshot.
        grid: Name of a listing that is there.
        filters: What is asked for.
    """
    listing = LISTINGS[grid]
    sql, parameters = listing.question(data, filters)
    ordered = f"select {', '.join(listing.columns)} from ({sql}) order by {listing.order}"
    batches = data.batches(ordered, parameters, _BATCH)
    yield [harmless(name) for name in next(batches)]
    for rows in batches:
        for row in rows:
            yield [harmless(cell) for cell in row]


def harmless(cell: Any) -> Any:
    """Return a cell as a file may hold it: no text that a spreadsheet would run as a formula.

    Numbers, days and times are no texts, and stay as they are.
    """
    if isinstance(cell, str) and cell.lstrip(" ")[:1] in _RUN_BY_SPREADSHEETS:
        return f"'{cell}" if cell else cell
    return "" if cell is None else cell


_RUN_BY_SPREADSHEETS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def _order(listing: Listing, request: dict[str, Any]) -> str:
    asked = [
        f"{one['colId']} {'desc' if one.get('sort') == 'desc' else 'asc'} nulls last"
        for one in request.get("sortModel") or []
        if one.get("colId") in listing.columns
    ]
    return ", ".join([*asked, listing.order])


def _shown(data: Data, listing: Listing, filters: Filters, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as texts for eyes, with the addresses its links lead to."""
    formats = data.formats
    shown: dict[str, Any] = {}
    for name, value in row.items():
        if name in listing.money:
            shown[name] = formats.money(value)
        elif name in listing.shares:
            shown[name] = formats.percent(value)
        elif isinstance(value, datetime):
            shown[name] = value.isoformat(sep=" ", timespec="seconds")
        elif isinstance(value, date):
            shown[name] = value.isoformat()
        elif isinstance(value, bool):
            shown[name] = "yes" if value else "no"
        elif isinstance(value, (int, float, Decimal)):
            shown[name] = formats.number(value)
        else:
            shown[name] = value
    for column, narrowing, path in listing.links:
        if row.get(column):
            shown[f"{column}_href"] = path + filters.add(narrowing, row[column]).search()
    for column in listing.extras:
        shown[f"{column}_href"] = filters.with_extra(column, str(row[column])).search()
    return shown
