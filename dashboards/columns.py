"""Columns of the grids: few enough to stand beside each other, wide enough for what they hold."""

from __future__ import annotations

from typing import Any


def _wide(width: int) -> dict[str, int]:
    """Return a column's width: never less, and its part of what is left over.

    A grid that is laid out out of sight may not share that out; its columns stand at their widths.
    """
    return {"minWidth": width, "width": width, "flex": width}


def _text(field: str, name: str, width: int, **more: Any) -> dict[str, Any]:
    """Return a column of words: a link where its row names an address, a note in small below."""
    base = {"field": field, "headerName": name, "cellRenderer": "TwoLines", **_wide(width)}
    return base | {"wrapText": True, "tooltipField": field} | more


def _figure(field: str, name: str, width: int) -> dict[str, Any]:
    """Return a column of figures: never narrower than the largest that it may hold."""
    return {
        "field": field,
        "headerName": name,
        "type": "rightAligned",
        **_wide(width),
        "cellClass": "cell-figure",
    }


def _trend(width: int) -> dict[str, Any]:
    """Return a column of small lines: the amount of each row over the period."""
    column = {"field": "trend", "headerName": "Trend", "cellRenderer": "SparkLine"}
    return column | {"sortable": False, "tooltipField": "trend_text", **_wide(width)}


def _metric(field: str, metric: str, width: int) -> dict[str, Any]:
    """Return a column of figures of a metric, whose label stands above it."""
    return _figure(field, "", width) | {"metric": metric}


_TIME, _MONEY, _COUNT = 112, 138, 88
SALES: list[dict[str, Any]] = [
    _text("sale_at", "Time (UTC)", _TIME),
    _text("sale", "Sale", 112),
    _text("customer_name", "Customer", 134),
    _text("product_name", "Product", 170),
    _text("country", "Country", 96),
    _text("status", "Status", 100),
    _figure("quantity", "Quantity", _COUNT),
    _figure("unit_price", "Unit price", 108),
    _figure("sales", "Amount", _MONEY - 14),
]
CUSTOMERS: list[dict[str, Any]] = [
    _text("customer_name", "Customer", 170),
    _text("country", "Country", 120),
    _figure("amount", "Amount", _MONEY),
    _metric("returned", "returned_sales", _MONEY),
    _figure("share", "Share", 84) | {"cellRenderer": "ShareBar"},
    _metric("orders", "orders", 84),
    _figure("sales_count", "Sales", 84),
    _trend(104),
    _text("last_sale", "Last sale", 104, cellClass="cell-nowrap"),
]
PRODUCTS: list[dict[str, Any]] = [
    _text("product_name", "Product", 176),
    _text("category", "Category", 96),
    _figure("amount", "Amount", 126),
    _figure("before", "Before", 126),
    _figure("share", "Share", 84) | {"cellRenderer": "ShareBar"},
    _figure("quantity", "Pieces", 82),
    _metric("returned_share", "return_rate", 92),
    _metric("orders", "orders", 78),
    _trend(100),
    _text("last_sale", "Last sale", 104, cellClass="cell-nowrap"),
]
COUNTRIES: list[dict[str, Any]] = [
    _text("country", "Country", 110),
    _figure("amount", "Amount", _MONEY),
    _figure("share", "Share", 82) | {"cellRenderer": "ShareBar"},
    _trend(94),
]
UNUSUAL: list[dict[str, Any]] = [
    _text("sale", "Sale", 118),
    _figure("severity", "Severity", 92),
    _text("why", "Why", 280),
    _figure("sales", "Amount", _MONEY),
    _text("customer_name", "Customer", 140),
    _text("product_name", "Product", 170),
    _text("sale_at", "Time (UTC)", _TIME),
]
REJECTED: list[dict[str, Any]] = [
    _text("raw_row", "Raw row", 150),
    _text("reasons", "Reasons", 160),
    _metric("readable_amount", "quarantined_value", _MONEY),
    _text("transaction_id_raw", "Id and time (raw)", 160),
    _text("customer_name_raw", "Customer (raw)", 130),
    _text("quantity_raw", "Quantity (raw)", 105),
    _text("unit_price_raw", "Price (raw)", 100),
    _text("amount_raw", "Amount (raw)", 105),
    _text("status_raw", "Status, country (raw)", 120),
    _text("is_waived", "Waived", 90),
    _text("line_raw", "Line as received", 260),
]
