"""Net sales against the targets of their months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dashboards.data.conditions import NET, measures, sales_where
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters

TABLE = "semantic_sales_targets"
_NARROWING = ("statuses", "countries", "customers", "products")  # No target is set for a part.


@dataclass(frozen=True)
class Month:
    """A month with a target, as far as it is shown.

    Attributes:
        days: Its days.
        shown: Those that are shown and that the data reaches.
        amount: Net sales of the days shown.
        target: Net sales to reach in the whole month.
    """

    days: Days
    shown: Days
    amount: Decimal
    target: Decimal

    @property
    def is_whole(self) -> bool:
        """Whether all of it is shown; a part is not compared with the target."""
        return self.days == self.shown

    @property
    def is_reached(self) -> bool:
        """Whether the net sales shown reach the target."""
        return self.amount >= self.target

    @property
    def share(self) -> Decimal:
        """Net sales as a share of the target."""
        return self.amount / self.target


def narrowed_by(filters: Filters) -> bool:
    """Return whether a filter is set that targets do not know: they have a category at most."""
    return any(getattr(filters, name) for name in _NARROWING)


def months(data: Data, filters: Filters, days: Days) -> list[Month]:
    """Return the months of these days that have a target, in order.

    Without a category the target is the one of all categories. Chosen categories need one each, and
    are added up; where one lacks, the month has none.

    Args:
        data: The snapshot.
        filters: What is asked for; nothing is returned where a part is that has no target.
        days: Days shown.
    """
    declared = _declared(data, days)
    if narrowed_by(filters) or not declared:
        return []
    wanted: tuple[str | None, ...] = filters.categories or (None,)
    found = []
    for start in sorted({month for month, _ in declared}):
        targets = [declared.get((start, category)) for category in wanted]
        shown = _part(data, days, start)
        if None in targets or shown is None:
            continue
        target = sum((one for one in targets if one is not None), Decimal(0))
        found.append(Month(month_of(start), shown, _net_sales(data, filters, shown), target))
    return found


def month_of(start: date) -> Days:
    """Return the days of the month that begins on a day."""
    return Days(start, (start + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def _declared(data: Data, days: Days) -> dict[tuple[date, str | None], Decimal]:
    """Return the targets of the months of some days, by first day and category."""
    if not data.has(TABLE):
        return {}
    rows = data.rows(
        f"select month_start, category, sum(target) as target from {TABLE} "
        "where month_start between date_trunc('month', $start::date) and $end "
        "and feed in (select unnest($feeds)) group by month_start, category",
        {"start": days.start, "end": days.end, "feeds": list(data.manifest.feeds)},
    )
    return {(row["month_start"], row["category"]): row["target"] for row in rows}


def _part(data: Data, days: Days, start: date) -> Days | None:
    """Return the days of a month that are shown and that the data reaches; None for no day."""
    whole = month_of(start)
    first = max(whole.start, days.start)
    last = min(whole.end, days.end, data.domain.last)
    return Days(first, last) if first <= last else None


def _net_sales(data: Data, filters: Filters, days: Days) -> Decimal:
    where, parameters = sales_where(filters, days, NET)
    row = data.row(f"select {measures(NET)} from semantic_sales where {where}", parameters)
    return Decimal(row["amount"])
