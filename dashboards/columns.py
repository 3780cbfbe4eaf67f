"""Columns of the grids."""

from __future__ import annotations

from typing import Any

_RIGHT = {"type": "rightAligned"}


def _column(field: str, name: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "headerName": name, **more}


SALES: list[dict[str, Any]] = [
    _column("sale_at", "Time (UTC)", minWidth=185),
    _column("sale", "Sale", minWidth=135),
    _column("customer", "Customer", minWidth=105, cellRenderer="PageLink"),
    _column("customer_name", "Name", minWidth=150),
    _column("product_name", "Product", minWidth=170),
    _column("category", "Category", minWidth=110),
    _column("country", "Country", minWidth=120),
    _column("status", "Status", minWidth=120),
    _column("quantity", "Quantity", minWidth=95, **_RIGHT),
    _column("unit_price", "Unit price", minWidth=100, **_RIGHT),
    _column("sales", "Amount", minWidth=110, **_RIGHT),
    _column("warnings", "Warnings", minWidth=130),
]
CUSTOMERS: list[dict[str, Any]] = [
    _column("customer", "Customer", minWidth=110, cellRenderer="PageLink"),
    _column("customer_name", "Name", minWidth=160),
    _column("country", "Country", minWidth=130),
    _column("amount", "Amount", minWidth=120, **_RIGHT),
    _column("returned", "Returned", minWidth=110, **_RIGHT),
    _column("share", "Share", minWidth=90, **_RIGHT),
    _column("orders", "Orders", minWidth=90, **_RIGHT),
    _column("sales_count", "Sales", minWidth=90, **_RIGHT),
    _column("last_sale", "Last sale", minWidth=115),
]
UNUSUAL: list[dict[str, Any]] = [
    _column("sale", "Sale", minWidth=135, cellRenderer="PageLink"),
    _column("severity", "Severity", minWidth=95, **_RIGHT),
    _column("why", "Why", minWidth=340, flex=3, wrapText=True),
    _column("main_share", "Main contribution", minWidth=190),
    _column("sales", "Amount", minWidth=110, **_RIGHT),
    _column("customer_name", "Customer", minWidth=150),
    _column("product_name", "Product", minWidth=160),
    _column("sale_at", "Time (UTC)", minWidth=185),
]
REJECTED: list[dict[str, Any]] = [
    _column("raw_row", "Raw row", minWidth=190),
    _column("reasons", "Reasons", minWidth=220),
    _column("readable_amount", "Possible value", minWidth=140, **_RIGHT),
    _column("transaction_id_raw", "Id (raw)", minWidth=140),
    _column("transaction_at_raw", "Time (raw)", minWidth=210),
    _column("customer_name_raw", "Name (raw)", minWidth=170),
    _column("quantity_raw", "Quantity (raw)", minWidth=180),
    _column("unit_price_raw", "Price (raw)", minWidth=160),
    _column("amount_raw", "Amount (raw)", minWidth=175),
    _column("status_raw", "Status (raw)", minWidth=165),
    _column("country_raw", "Country (raw)", minWidth=175),
    _column("line_raw", "Line as received", minWidth=220),
    _column("is_waived", "Waived", minWidth=90),
]
