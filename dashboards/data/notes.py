"""Notes on days: the known events of the feeds that a snapshot holds."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.data.store import Data
from dashboards.days import Days


@dataclass(frozen=True)
class Note:
    """What happened on some days.

    Attributes:
        days: The days.
        text: What happened.
    """

    days: Days
    text: str


def notes_on(data: Data, days: Days) -> list[Note]:
    """Return the notes on any of these days, by their first day; none in an older snapshot."""
    if not data.has("obs_events"):
        return []
    rows = data.rows(
        "select distinct first_date, last_date, event from obs_events "
        "where first_date <= $end and last_date >= $start "
        "and feed in (select unnest($feeds)) order by first_date, last_date, event",
        {"start": days.start, "end": days.end, "feeds": list(data.manifest.feeds)},
    )
    return [Note(Days(row["first_date"], row["last_date"]), row["event"]) for row in rows]
