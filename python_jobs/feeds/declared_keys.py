"""What the declaration of a feed's cells may hold: cells, keys, words."""

from __future__ import annotations

CELLS = (
    *("transaction_id", "order_id", "transaction_at", "customer_id", "customer_name"),
    *("customer_email", "product_id", "product_name", "category", "quantity", "unit_price"),
    *("amount", "status", "payment_method", "country"),
)
OPTIONAL_CELLS = ("currency", "discount", "tax", "shipping", "undoes_order_id")
NUMBER_CELLS = ("quantity", "unit_price", "amount", "discount", "tax", "shipping")
STATUSES = ("Completed", "Pending", "Cancelled", "Returned")
FEED_KEYS = (
    *("time_zone", "numbers", "times", "currency", "tax", "amount_is", "tolerance", "returns"),
    *("not_sales", "cells"),
)
SOURCES = ("column", "columns", "first_filled", "constant")
EDITS = ("without_prefix", "without_suffix", "carried_down")
FORMS = {
    "transaction_at": ("times",),
    "status": ("values",),
    **dict.fromkeys(("quantity", "unit_price", "amount"), ("decimal", "thousands")),
    "discount": ("decimal", "thousands", "percent", "once_per_order", "spread_over_order"),
    "tax": ("decimal", "thousands", "percent", "once_per_order"),
    "shipping": ("decimal", "thousands", "once_per_order"),
}
RETURN_WORDS = ("negative_amount", "negative_quantity")
CONDITION_KEYS = ("values", "others_than", "prefix")
TIME_WORDS = ("iso", "excel", "unix", "unix_ms")
