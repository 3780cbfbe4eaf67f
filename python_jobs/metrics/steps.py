"""Days as people type them, and steps in time, by which a period and the one before lie apart."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from python_jobs.errors import P360Error

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Step:
    """A step of whole months or of days.

    Attributes:
        months: How many months.
        days: How many days.
    """

    months: int = 0
    days: int = 0

    def before(self, day: date) -> date:
        """Return the day one step earlier; 29 February and the like become the month's last."""
        return self._moved(day, -1)

    def after(self, day: date) -> date:
        """Return the day one step later."""
        return self._moved(day, 1)

    def last_before(self, day: date) -> date:
        """Return the last day of a period one step earlier: whole months stay whole."""
        if self.months and _is_last(day):
            return self._moved(day.replace(day=1), -1) + timedelta(
                days=_length(self._moved(day.replace(day=1), -1)) - 1
            )
        return self.before(day)

    def _moved(self, day: date, sign: int) -> date:
        place = day.year * 12 + day.month - 1 + sign * self.months
        first = date(place // 12, place % 12 + 1, 1)
        return first.replace(day=min(day.day, _length(first))) + timedelta(days=sign * self.days)


def step_of(grain: str) -> Step:
    """Return the step of a grain of time, such as ``month``."""
    return Step(months=_MONTHS.get(grain, 0), days=_DAYS.get(grain, 0))


def first_day(value: str, name: str) -> date:
    """Return the first day of a day, month or year as typed.

    Raises:
        P360Error: It is none.
    """
    padded = value + {4: "-01-01", 7: "-01"}.get(len(value), "")
    try:
        return date.fromisoformat(padded)
    except ValueError as error:
        raise P360Error(
            f"'{value}' is no day for '{name}'; write 2025, '2025-03' or '2025-03-31'"
        ) from error


def read_day(value: str | None, option: str) -> date | None:
    """Return a day as typed behind an option; None where nothing was.

    Raises:
        P360Error: It is none.
    """
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise P360Error(f"{option} is '{value}'; write a day such as 2025-03-31") from error


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _is_last(day: date) -> bool:
    return day.day == _length(day)
