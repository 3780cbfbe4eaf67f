"""Lists of all rows behind a number: a block at a time for grids, whole for files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboards.data.listings import LISTINGS, Listing
from dashboards.data.store import Data
from dashboards.data.trends import add_trends
from dashboards.filters import Domain, Filters

_MOST_ROWS = 500  # In one block, whatever a browser asks for.
_BATCH = 5_000
_DECIMALS = 4  # Of shares and scores in files.
_LONGEST_NAME = 120


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
    share = listing.shares[0] if listing.shares else "0"
    whole = data.row(
        f"select count(*) as n, cast(max({share}) as double) as largest from ({sql})", parameters
    )
    count, largest = int(whole["n"]), whole["largest"] or 1.0
    rows = data.rows(
        f"select {', '.join(listing.columns)} from ({sql}) order by {_order(listing, request)} "
        "limit $size offset $skipped",
        parameters | {"size": size, "skipped": start},
    )
    shown = [_shown(data, listing, filters, row, largest) for row in rows]
    if listing.trend:
        add_trends(data, filters, listing.trend, rows, shown)
    return {"rowData": shown, "rowCount": count}


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
            yield [harmless(_rounded(cell)) for cell in row]


def export_name(listing: str, filters: Filters, domain: Domain) -> str:
    """Return the name of a file, without its ending: what it lists, of when, narrowed to what."""
    days = filters.days(domain)
    lists = (
        *(filters.statuses, filters.categories, filters.countries),
        *(filters.customers, filters.products),
    )
    values = [value for one in lists for value in one] + [value for _, value in filters.extras]
    parts = [listing, f"{days.start}_{days.end}", *values]
    plain = [re.sub(r"[^a-z0-9_-]+", "-", part.lower()).strip("-") for part in parts]
    return "_".join(part for part in plain if part)[:_LONGEST_NAME]


def _rounded(cell: Any) -> Any:
    """Return a share or a score as people read one; amounts are decimals and stay exact."""
    return round(cell, _DECIMALS) if isinstance(cell, float) else cell


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


def _shown(
    data: Data, listing: Listing, filters: Filters, row: dict[str, Any], largest: float
) -> dict[str, Any]:
    """Return a row as texts for eyes, with the addresses its links lead to.

    Bars within cells are parts of the ``largest`` share of all rows.
    """
    formats = data.formats
    shown: dict[str, Any] = {}
    for name, value in row.items():
        if name in listing.money:
            shown[name] = formats.money(value)
        elif name in listing.shares:
            shown[name] = formats.percent(value)
            shown[f"{name}_part"] = float(value or 0) / largest
        elif isinstance(value, datetime):
            shown[name] = value.isoformat(sep=" ", timespec="minutes")
        elif isinstance(value, date):
            shown[name] = value.isoformat()
        elif isinstance(value, bool):
            shown[name] = "yes" if value else "no"
        elif isinstance(value, (int, float, Decimal)):
            shown[name] = formats.number(value)
        else:
            shown[name] = value
    for column, by, narrowing, path in listing.links:
        if row.get(by):
            shown[f"{column}_href"] = path + filters.add(narrowing, row[by]).search()
    for column, other in listing.names:
        shown[column] = shown[column] or shown[other]
    for column, other in listing.notes:
        shown[f"{column}_note"] = shown[other] if shown[other] != shown[column] else ""
    for column in listing.extras:
        shown[f"{column}_href"] = filters.with_extra(column, str(row[column])).search()
    return shown
