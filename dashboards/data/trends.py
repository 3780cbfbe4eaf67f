"""The small line of each row of a list."""

from __future__ import annotations

from typing import Any

from dashboards.data.groups import small_grain, trends
from dashboards.data.store import Data
from dashboards.filters import Filters


def add_trends(
    data: Data,
    filters: Filters,
    column: str,
    rows: list[dict[str, Any]],
    shown: list[dict[str, Any]],
) -> None:
    """Add ``trend`` and, in words, ``trend_text`` to rows as they are shown.

    Args:
        data: The snapshot.
        filters: What is asked for.
        column: Column of ``semantic_sales`` whose values the rows are of.
        rows: The rows as they were read.
        shown: The same as texts.
    """
    days, formats = filters.days(data.domain), data.formats
    grain = small_grain(days)
    found = trends(data, filters, days, column, [row[column] for row in rows], grain)
    for row, one in zip(rows, shown, strict=True):
        amounts = found.get(row[column], [])
        one["trend"] = [float(amount) for amount in amounts]
        if amounts:
            one["trend_text"] = (
                f"{formats.plural(len(amounts), grain)}, first {formats.money(amounts[0])}, last "
                f"{formats.money(amounts[-1])}, highest {formats.money(max(amounts))}"
            )
