"""Ranges of days, and how an address writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil


@dataclass(frozen=True)
class Days:
    """A range of days, both ends included."""

    start: date
    end: date

    def __len__(self) -> int:
        return (self.end - self.start).days + 1

    def moved(self, by: timedelta) -> Days:
        """Return a range of equal length that begins earlier or later."""
        return Days(self.start + by, self.end + by)

    def first(self, many: int) -> Days:
        """Return the first so many days of the range, or all of it."""
        return Days(self.start, min(self.end, self.start + timedelta(days=many - 1)))

    def before(self) -> Days:
        """Return the range of equal length before this one, moved by whole weeks.

        Where the length is no whole number of weeks a few days lie between the two: a Monday is
        compared with a Monday.
        """
        shift = timedelta(weeks=ceil(len(self) / 7))
        return Days(self.start - shift, self.end - shift)


def gained(now: Decimal, before: Decimal, days: Days, of: Days) -> Decimal:
    """Return what one amount is above another; by day where their days are not as many.

    Args:
        now: Amount of ``days``.
        before: Amount of ``of``.
        days: The days shown.
        of: The days that they are compared with.
    """
    if len(days) == len(of):
        return now - before
    return now / len(days) - before / len(of)


def read_day(text: str) -> date | None:
    """Return the day of a text such as ``2025-11-03``; None for any other."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None


def read_range(text: str) -> Days | None:
    """Return the days of a text such as ``2025-11-03..2025-11-30``; None for any other."""
    start, end = (read_day(one) for one in text.partition("..")[::2])
    return Days(start, end) if start and end and start <= end else None


def written_range(days: Days) -> str:
    """Return days as ``read_range`` reads them."""
    return f"{days.start}..{days.end}"
