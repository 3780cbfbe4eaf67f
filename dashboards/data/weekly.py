"""Amounts of whole weeks, counted back from the last day that has sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dashboards.data.conditions import counted_statuses, measures, sales_where
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Weeks:
    """Whole weeks of sales.

    Attributes:
        starts: First day of each, the oldest first.
        amounts: What was sold in each, less what came back.
    """

    starts: list[date]
    amounts: list[Decimal]

    def coming(self, many: int) -> list[date]:
        """Return the first days of the weeks that come next."""
        return [self.starts[-1] + _WEEK * ahead for ahead in range(1, many + 1)]


def whole_weeks(data: Data, filters: Filters) -> Weeks:
    """Return the weeks from the first sale that fits the filters to the last day of all sales.

    A week is seven days that end on the weekday of that last day, so that the newest is whole, as
    in the periods of the filter. The period that is asked for does not count.
    """
    statuses = counted_statuses(filters)
    everything = Days(data.domain.first, data.domain.last)
    where, parameters = sales_where(filters, everything, statuses)
    rows = data.rows(
        f"""
        with fitting as (select * from semantic_sales where {where}),
        whole as (
            select cast(date_diff('day', min(sale_date), $end) + 1 as bigint) // 7 as weeks
            from fitting
        )
        select date_diff('day', sale_date, $end) // 7 as back, any_value(weeks) as weeks,
            {measures(statuses)}
        from fitting cross join whole group by back
        """,
        parameters,
    )
    if not rows:
        return Weeks([], [])
    found = {row["back"]: Decimal(row["amount"]) for row in rows}
    newest = data.domain.last - _WEEK + timedelta(days=1)
    places = range(int(rows[0]["weeks"]) - 1, -1, -1)
    return Weeks(
        [newest - _WEEK * back for back in places],
        [found.get(back, Decimal(0)) for back in places],
    )
