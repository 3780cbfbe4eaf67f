"""What the declaration of a feed's cells may hold: cells, keys, words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from python_jobs.errors import P360Error

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


def check_keys(where: str, what: str, given: Collection[str], known: Collection[str]) -> None:
    """Raise P360Error where a key is given that nobody knows."""
    for key in given:
        if key not in known:
            raise P360Error(f"{where}: {what} has the unknown key {key}; use {', '.join(known)}")


def as_list(said: Any) -> list[Any]:  # noqa: ANN401
    """Return what may stand alone or in a list as a list."""
    return said if isinstance(said, list) else [said]


def conditions(said: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    """Yield those parts of ``returns`` or ``not_sales`` that name a column."""
    yield from (one for one in as_list(said) if isinstance(one, Mapping))
