"""When people buy: two years with a weekly and a yearly rhythm."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

FIRST_DAY = date(2024, 1, 1)
DAYS = 731  # 2024 is a leap year: up to and with 2025-12-31.
_SECONDS_PER_DAY = 86_400
_WEEKDAYS = np.array([1.0, 0.95, 1.0, 1.05, 1.25, 1.4, 0.8])  # Monday first.
_HOURS = np.array(
    [1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 21, 22, 20, 19, 19, 20, 22, 25, 27, 24, 16, 8, 3]
)
_GROWTH_PER_YEAR = 1.2
_YEARLY_SWING = 0.2
_CHRISTMAS = 1.6

Floats = npt.NDArray[np.float64]


def _day_weights() -> Floats:
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    weekday = _WEEKDAYS[[day.weekday() for day in days]]
    season = 1 + _YEARLY_SWING * np.sin(2 * np.pi * (np.arange(DAYS) - 60) / 365.25)
    growth = _GROWTH_PER_YEAR ** (np.arange(DAYS) / 365.25)
    rush = [_CHRISTMAS if (11, 20) <= (day.month, day.day) <= (12, 23) else 1.0 for day in days]
    weights: Floats = weekday * season * growth * np.array(rush)
    return weights


def times_at(shares: Floats, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return the times by which given shares of all sales have happened.

    Args:
        shares: Shares of the two years' sales, from 0 to below 1, shape (n,).
        rng: Source of the hour and second within the day.

    Returns:
        Seconds since 1970-01-01 UTC, shape (n,).
    """
    by_day = np.cumsum(_day_weights())
    by_hour = np.cumsum(_HOURS / _HOURS.sum())
    day = np.searchsorted(by_day / by_day[-1], shares, side="right")
    hour = np.minimum(np.searchsorted(by_hour, rng.random(len(shares)), side="right"), 23)
    second = rng.integers(3600, size=len(shares))
    start = (FIRST_DAY - date(1970, 1, 1)).days
    times: npt.NDArray[np.int64] = (start + day) * _SECONDS_PER_DAY + hour * 3600 + second
    return times
