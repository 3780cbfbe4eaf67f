"""Logins that the server refused: from the file in which it counts them to the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from python_jobs.machine.locks import lock
from python_jobs.settings import Settings

_FILE = "refused_logins"  # As server/Refusals.java names it.


@contextmanager
def refusals(settings: Settings) -> Iterator[list[dict[str, Any]]]:
    """Yield what was refused since the last look: one dictionary for each door and day.

    It is forgotten where the block ends well; else the next look tells it.

    Args:
        settings: Whose home.
    """
    file, taken = settings.home / _FILE, settings.home / f"{_FILE}.taken"
    with lock(settings.home / f"{_FILE}.lock", lambda: None):
        if file.exists() and not taken.exists():
            file.rename(taken)  # The server counts on in a new file.
        text = taken.read_text(encoding="ascii", errors="replace") if taken.exists() else ""
        yield counted(text)
        taken.unlink(missing_ok=True)


def counted(text: str) -> list[dict[str, Any]]:
    """Return the count of each door and day, from lines of a time in milliseconds and a door."""
    moments: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for line in text.splitlines():
        stamp, _, door = line.partition(" ")
        if stamp.isdecimal() and door:
            moment = datetime.fromtimestamp(int(stamp) / 1000, UTC)
            moments[door, f"{moment:%Y-%m-%d}"].append(moment)
    return [
        {
            "door": door,
            "refused_on": day,
            "refused_count": len(found),
            "first_at": min(found),
            "last_at": max(found),
        }
        for (door, day), found in sorted(moments.items())
    ]
