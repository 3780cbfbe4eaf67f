"""Known events: `seeds/known_events.csv`, a line for each span of days that are not ordinary."""

from __future__ import annotations

import csv
import os
import re
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from rich.table import Table

from python_jobs.errors import P360Error
from python_jobs.machine.locks import lock
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

FILE = "seeds/known_events.csv"
_LONGEST = 120  # Characters of an event: it stands beside a chart.
_MOST_DAYS = 366  # Each of them is a row of obs_known_events.
_FEED = re.compile(r"[a-z][a-z0-9_]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NEXT = "the next build ('p360 run') shows it"


@dataclass(frozen=True, order=True)
class KnownEvent:
    """A span of days that are no ordinary ones, as the seed writes it.

    Attributes:
        feed: Name of the feed.
        first_date: First day, ISO 8601.
        last_date: Last day, ISO 8601; blank for a single day.
        event: What happened, for people.
    """

    feed: str
    first_date: str
    last_date: str
    event: str

    @property
    def days(self) -> str:
        """Its days in words."""
        return f"{self.first_date} to {self.last_date}" if self.last_date else self.first_date


_COLUMNS = tuple(one.name for one in fields(KnownEvent))


def print_events(settings: Settings, feed: str | None) -> None:
    """Print the known events, of one feed or of all.

    Raises:
        P360Error: The file is not as it must be; the message names the line.
    """
    events = [one for one in read_events(settings) if feed in (None, one.feed)]
    if not events:
        out.print("no event is known; 'p360 events add' adds one")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("feed", "first day", "last day", "event"):
        table.add_column(name, overflow="fold")
    for one in events:
        last = one.last_date or one.first_date
        table.add_row(one.feed, one.first_date, last, one.event.replace("[", "\\["))
    out.print(table)


def add_event(settings: Settings, first: str, last: str, event: str, feed: str | None) -> None:
    """Add an event and say what shows it.

    Args:
        settings: Whose project.
        first: First day, as 2025-11-28.
        last: Last day; blank for a single one.
        event: What happened.
        feed: Name of the feed; by default the one that the project builds.

    Raises:
        P360Error: A day or text is none, or the event is known already.
    """
    new = checked(KnownEvent(feed or _usual_feed(settings), first, last, event))
    model = f"models/bronze/bronze_sales_{new.feed}.sql"
    if not (settings.project_dir / model).is_file():
        raise P360Error(f"the project has no feed '{new.feed}': {model} is not there; see --feed")
    with _lock(settings):
        known = read_events(settings)
        if new in known:
            raise P360Error(f"'{new.event}' of {new.feed}, {new.days}, is known already")
        write_events(settings, [*known, new])
    out.print(f"added to {FILE}: {new.feed}, {new.days}, {new.event}; {_NEXT}", markup=False)


def remove_event(settings: Settings, first: str, event: str | None, feed: str | None) -> None:
    """Remove the event that begins on a day.

    Args:
        settings: Whose project.
        first: Its first day.
        event: Its text; needed where several begin on that day.
        feed: Name of the feed; by default the one that the project builds.

    Raises:
        P360Error: No event fits, or several do.
    """
    first, feed = _day(first, "the first day"), feed or _usual_feed(settings)
    with _lock(settings):
        known = read_events(settings)
        fitting = [
            one
            for one in known
            if (one.feed, one.first_date) == (feed, first) and event in (None, one.event)
        ]
        if not fitting:
            named = f" '{event}'" if event else ""
            raise P360Error(
                f"no event{named} of {feed} begins on {first}; 'p360 events list' lists them"
            )
        if len(fitting) > 1:
            texts = ", ".join(f"'{one.event}'" for one in fitting)
            raise P360Error(f"{len(fitting)} events of {feed} begin on {first}; name one: {texts}")
        write_events(settings, [one for one in known if one != fitting[0]])
    gone = fitting[0]
    out.print(
        f"removed from {FILE}: {gone.feed}, {gone.days}, {gone.event}; the next build shows it no "
        "more",
        markup=False,
    )


def checked(event: KnownEvent) -> KnownEvent:
    """Return an event as it is written, blanks around its texts left out.

    Raises:
        P360Error: A day, the feed or the text is none.
    """
    feed, text = event.feed.strip(), event.event.strip()
    if not _FEED.fullmatch(feed):
        raise P360Error(f"'{feed}' is not a feed name; use lower-case words joined by _")
    first = _day(event.first_date, "the first day")
    last = _day(event.last_date, "the last day") if event.last_date.strip() else ""
    if last and last < first:
        raise P360Error(f"the last day {last} lies before the first day {first}; turn them round")
    many = (date.fromisoformat(last or first) - date.fromisoformat(first)).days + 1
    if many > _MOST_DAYS:
        raise P360Error(f"the event lasts {many:,} days; use {_MOST_DAYS} at most")
    if not text:
        raise P360Error("the event has no text; say what happened, such as 'Black Friday'")
    if not text.isprintable():
        raise P360Error("the event has a line break or control character; write one plain line")
    if len(text) > _LONGEST:
        raise P360Error(f"the event has {len(text)} characters; use {_LONGEST} at most")
    return KnownEvent(feed, first, "" if last == first else last, text)


def read_events(settings: Settings) -> list[KnownEvent]:
    """Return the known events, sorted; none where there is no file.

    Raises:
        P360Error: The file is not as it must be; the message names the line.
    """
    path = settings.project_dir / FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            if tuple(next(reader, ())) != _COLUMNS:
                raise P360Error(f"{FILE} must have the columns {', '.join(_COLUMNS)}; fix it")
            return sorted(_read(row, reader.line_num) for row in reader if row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise P360Error(
                f"{FILE}, line {reader.line_num + 1}: {error}; fix that line"
            ) from error


def write_events(settings: Settings, events: list[KnownEvent]) -> None:
    """Write all events, sorted, so that a reader sees the file before or the file after."""
    path = settings.project_dir / FILE
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=".events-", delete=False
    ) as file:
        fresh = Path(file.name)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(astuple(one) for one in sorted(events))
        file.flush()
        os.fsync(file.fileno())
    try:
        fresh.chmod(path.stat().st_mode if path.exists() else 0o644)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _read(row: list[str], line: int) -> KnownEvent:
    try:
        if len(row) != len(_COLUMNS):
            raise P360Error(f"it has {len(row)} cells in place of {len(_COLUMNS)}")
        return checked(KnownEvent(*row))
    except P360Error as error:
        raise P360Error(f"{FILE}, line {line}: {error}; fix that line") from error


def _day(text: str, what: str) -> str:
    try:
        if not _DAY.fullmatch(text.strip()):
            raise ValueError
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise P360Error(f"{what} is '{text}'; write a day such as 2025-11-28") from error


def _usual_feed(settings: Settings) -> str:
    return str(settings.dbt_project()["vars"]["feed"])


def _lock(settings: Settings) -> AbstractContextManager[None]:
    settings.home.mkdir(parents=True, exist_ok=True)
    return lock(settings.home / "events.lock", lambda: None)
