"""The cells of a sale, and how a text stands in a spreadsheet without harm to either."""

from __future__ import annotations

import re

CELLS = (
    "transaction_id",
    "order_id",
    "transaction_at",
    "customer_id",
    "customer_name",
    "customer_email",
    "product_id",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "amount",
    "status",
    "payment_method",
    "country",
)
DECISION = ("waived", "decided_by", "because")

# Short enough for a spreadsheet to write it back in full, and with no zero that it would drop.
_NUMBER = re.compile(r"(?=\D*(?:\d\D*){1,10}\Z)-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# What a spreadsheet would run as a formula, or take for a time or another number.
_TAKEN_FOR_MORE = re.compile(
    r"[\t\r\n]"
    r"|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]"
    r"|\s*\.?\d"
    r"|\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-. /]?\d",
    re.IGNORECASE,
)


def in_sheet(text: str) -> str:
    """Return a text as it stands in a spreadsheet: what would be taken for more gets a quote.

    A formula must not run, and a time or a long number must come back as it went out. Plain numbers
    such as -12.50 stay. ``from_sheet`` takes the quote away again, and no other.
    """
    return f"'{text}" if _is_taken_for_more(text) and not _NUMBER.fullmatch(text) else text


def from_sheet(text: str) -> str:
    """Return the text that a spreadsheet's cell stands for."""
    return text[1:] if text.startswith("'") and _is_taken_for_more(text[1:]) else text


def _is_taken_for_more(text: str) -> bool:
    # A quote that was there before gets one more, or it would be taken away.
    return _TAKEN_FOR_MORE.match(text.lstrip("'")) is not None
