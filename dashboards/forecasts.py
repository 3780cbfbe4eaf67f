"""Forecasts of weekly amounts, and how wrong they were on weeks that were held back.

Two simple methods and their mean, by numpy alone: the same weeks a year before at the level of the
last months (a seasonal naive forecast that keeps up), and exponential smoothing (Brown 1956). Which
one is taken, and how wide its interval is, is measured on weeks held back: at each of several past
weeks the forecast is made from what was known then. Naive is the last week repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Amounts = NDArray[np.float64]
Method = Callable[[Amounts, int], Amounts]

HORIZON = 8  # Weeks ahead.
ORIGINS = 8  # Past weeks from which held-back weeks are forecast, one apart.
LEAST_WEEKS = 26
COVERED = 0.8  # Part of the held-back weeks that lies within the interval.
_YEAR = 52
_LEVEL_WEEKS = 13
_FASTEST_GROWTH = 3.0  # From one year to the next; more would be a new business.
_WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0)  # Of the newest week, in exponential smoothing.
_LEAST_FILLED = 0.5


@dataclass(frozen=True)
class Forecast:
    """The coming weeks, and what forecasts of the same kind were worth.

    Attributes:
        method: What the forecast is made by, in words.
        amounts: Amount of each coming week.
        low: Lower end of its interval; not below zero where no week ever was.
        high: Upper end of it.
        error: Mean miss of held-back weeks, as a share of their mean amount.
        naive_error: The same of repeating the last week.
        held_back: How many weeks were forecast in all, from ``origins`` past weeks.
        origins: From how many.
        covered: Share of the held-back weeks that lay within the interval of their time.
        widened: By what the interval is multiplied, since fewer did than should; 1 for nothing.
        last_try: Forecast of the newest held-back weeks, made before them.
    """

    method: str
    amounts: Amounts
    low: Amounts
    high: Amounts
    error: float
    naive_error: float
    held_back: int
    origins: int
    covered: float
    widened: float
    last_try: Amounts


def naive(past: Amounts, weeks: int) -> Amounts:
    """Return the last week repeated."""
    return np.full(weeks, past[-1])


def smoothed(past: Amounts, weeks: int) -> Amounts:
    """Return the level of the past by exponential smoothing, its weight the best of the past."""
    levels = np.full(len(_WEIGHTS), past[0])
    weights, misses = np.array(_WEIGHTS), np.zeros(len(_WEIGHTS))
    for amount in past[1:]:
        misses += (amount - levels) ** 2
        levels += weights * (amount - levels)
    return np.full(weeks, levels[int(np.argmin(misses))])


def year_before(past: Amounts, weeks: int) -> Amounts:
    """Return the same weeks a year before, at the level of the last months against theirs.

    Raises:
        ValueError: The past does not reach back a year and the weeks that levels are taken of.
    """
    if len(past) < _YEAR + _LEVEL_WEEKS:
        raise ValueError("less than a year and a quarter")
    level = past[-_LEVEL_WEEKS:].sum()
    then = past[-_YEAR - _LEVEL_WEEKS : -_YEAR].sum()
    growth = min(max(level / then, 1 / _FASTEST_GROWTH), _FASTEST_GROWTH) if then > 0 else 1.0
    season = past[-_YEAR : len(past) - _YEAR + weeks]
    return np.asarray(season * growth, dtype=np.float64)


def mean_of_both(past: Amounts, weeks: int) -> Amounts:
    """Return the mean of the two: means of forecasts miss less than most of them."""
    return (smoothed(past, weeks) + year_before(past, weeks)) / 2


METHODS: dict[str, Method] = {
    "the level of the last weeks (exponential smoothing)": smoothed,
    "the same weeks a year before, at the level of the last 13 weeks": year_before,
    "the mean of the last weeks' level and the same weeks a year before": mean_of_both,
}


def why_not(past: Sequence[float]) -> str:
    """Return why there is no forecast, as the end of a sentence; blank where there is one."""
    if len(past) < LEAST_WEEKS:
        return f"it needs {LEAST_WEEKS} whole weeks of sales and has {len(past)}"
    filled = sum(1 for one in past if one) / len(past)
    if filled < _LEAST_FILLED:
        return f"only {filled:.0%} of the weeks have sales".replace("%", " %")
    if sum(past[-HORIZON - ORIGINS + 1 :]) <= 0:
        return "more came back than was sold in the weeks that it is measured on"
    return ""


def forecast(past: Sequence[float]) -> Forecast:
    """Return the forecast of the coming weeks.

    Args:
        past: Amounts of whole weeks, the oldest first; ``why_not`` says which are too few.
    """
    amounts = np.asarray(past, dtype=np.float64)
    tries, now = _Tries(amounts), len(amounts)
    missed, by_naive, widths, actual = [], [], [], []
    for origin in tries.judged:
        came, then = amounts[origin : origin + HORIZON], tries.best(origin)
        miss = np.abs(came - tries.made(then, origin))
        missed.append(miss)
        widths.append(tries.width(then, origin))
        by_naive.append(np.abs(came - naive(amounts[:origin], HORIZON)))
        actual.append(np.abs(came))
    method, newest = tries.best(now), tries.judged[0]
    widened = _widened(np.ravel(missed), np.ravel(widths))
    ahead, whole = tries.made(method, now), np.sum(actual)
    width = tries.width(method, now) * widened
    return Forecast(
        method=method,
        amounts=ahead,
        low=np.maximum(ahead - width, min(0.0, float(amounts.min()))),
        high=ahead + width,
        error=float(np.sum(missed) / whole),
        naive_error=float(np.sum(by_naive) / whole),
        held_back=len(actual) * HORIZON,
        origins=len(actual),
        covered=float(np.mean(np.ravel(missed) <= np.ravel(widths))),
        widened=widened,
        last_try=tries.made(tries.best(newest), newest),
    )


def _widened(missed: Amounts, widths: Amounts) -> float:
    """Return by what intervals had to be multiplied to hold as many weeks as they should."""
    parts = missed / np.maximum(widths, np.finfo(float).tiny)
    return max(1.0, float(np.quantile(parts, COVERED, method="higher")))


class _Tries:
    """Forecasts of one series from past weeks, each made once, from what was known then."""

    def __init__(self, amounts: Amounts) -> None:
        self._amounts = amounts
        self._made: dict[tuple[str, int], Amounts] = {}
        first = LEAST_WEEKS - HORIZON
        self.judged = [one for one in self._before(len(amounts)) if one >= first]

    def _before(self, now: int) -> list[int]:
        """Return the weeks whose forecasts are all known at a time to be right or wrong."""
        newest = now - HORIZON
        return [one for one in range(newest, newest - ORIGINS, -1) if one >= HORIZON]

    def made(self, method: str, origin: int) -> Amounts:
        """Return the forecast from a week.

        Raises:
            ValueError: The method needs a longer past.
        """
        key = method, origin
        if key not in self._made:
            self._made[key] = METHODS[method](self._amounts[:origin], HORIZON)
        return self._made[key]

    def best(self, now: int) -> str:
        """Return the method that missed least until a time, of those that could be tried."""
        means = {}
        for method in METHODS:
            try:
                means[method] = float(np.mean(self._misses(method, now)))
            except ValueError:
                continue
        return min(means, key=lambda one: means[one])

    def _misses(self, method: str, now: int) -> Amounts:
        """Return by how much the forecasts from earlier weeks missed: one row for each of those."""
        return np.array(
            [
                np.abs(self._amounts[one : one + HORIZON] - self.made(method, one))
                for one in self._before(now)
            ]
        )

    def width(self, method: str, now: int) -> Amounts:
        """Return the half of the interval, for each week ahead.

        It is the miss that most held-back weeks stayed below, as conformal prediction has it
        (Vovk, Gammerman and Shafer 2005): of this week ahead and its neighbours, and never
        narrower than that of a nearer week.
        """
        misses = self._misses(method, now)
        found = []
        for ahead in range(HORIZON):
            near = misses[:, max(0, ahead - 1) : ahead + 2].ravel()
            part = min(1.0, COVERED * (len(near) + 1) / len(near))
            found.append(float(np.quantile(near, part, method="higher")))
        return np.maximum.accumulate(np.array(found))
