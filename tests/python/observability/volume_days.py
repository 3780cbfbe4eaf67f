"""Simulated days of a feed, with incidents planted in them, and the rule that others use."""

from __future__ import annotations

import calendar
import statistics
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

HISTORY_DAYS, TESTED_DAYS = 56, 60
FIRST_DAY = date(2025, 1, 6)
# Share of the usual rows that come on that tested day: a feed that stops for two days, one that
# doubles, halves, and the like.
PLANTED = {5: 2.0, 12: 0.0, 13: 0.0, 21: 0.5, 29: 2.0, 37: 0.45, 44: 1.9, 52: 0.0, 58: 0.5}
KNOWN_EVENT, KNOWN_FACTOR = 33, 3.0


@dataclass(frozen=True)
class Days:
    """Rows a day.

    Attributes:
        counts: Rows of each day, from ``FIRST_DAY`` on.
        planted: Days with an incident.
        known_event: A day of a declared event.
    """

    counts: dict[date, int]
    planted: set[date]
    known_event: date

    @property
    def tested(self) -> list[date]:
        """The days that are judged."""
        return list(self.counts)[HISTORY_DAYS:]


def simulate(seed: int) -> Days:
    """Return days of about a thousand rows: weekdays, ends of months, growth and chance."""
    chance = np.random.default_rng(seed)
    tested_from = FIRST_DAY + timedelta(days=HISTORY_DAYS)
    planted = {tested_from + timedelta(days=n): share for n, share in PLANTED.items()}
    known_event = tested_from + timedelta(days=KNOWN_EVENT)
    counts = {}
    for n in range(HISTORY_DAYS + TESTED_DAYS):
        day = FIRST_DAY + timedelta(days=n)
        usual = 1000 * (1 + 0.001 * n) * (0.5 if day.weekday() >= 5 else 1.0)
        if day.day == calendar.monthrange(day.year, day.month)[1]:
            usual *= 1.4
        usual *= planted.get(day, KNOWN_FACTOR if day == known_event else 1.0)
        counts[day] = int(chance.poisson(usual * chance.lognormal(0, 0.07)))
    return Days(counts, set(planted), known_event)


def elementary_default(days: Days) -> set[date]:
    """Return the days that Elementary's default rule would report.

    Its documentation of volume anomalies: the value is an anomaly where it is more than 3 standard
    deviations from the mean of the training period (14 days), which ends with the value itself; no
    seasonality.
    """
    found = set()
    for day in days.tested:
        training = [days.counts[day - timedelta(days=back)] for back in range(14)]
        mean, deviation = statistics.mean(training), statistics.stdev(training)
        if abs(days.counts[day] - mean) > 3 * deviation:
            found.add(day)
    return found
