"""The commands ``p360 events``."""

from __future__ import annotations

import click

from python_jobs.settings import Settings

_FEED = click.option("--feed", help="Name of the feed; default: the one of dbt_project.yml.")


@click.group()
def events() -> None:
    """Note promotions, outages and other exceptional days.

    They stand in seeds/known_events.csv: the dashboard draws them on the line of sales, and the row
    volume of these days is not judged. A change takes effect with the next build.
    """


@events.command("list")
@click.option("--feed", help="Only events of this feed.")
def events_list(feed: str | None) -> None:
    """List the known events."""
    from python_jobs.observability.known_events import print_events

    print_events(Settings.from_environment(), feed)


@events.command("add")
@click.argument("first_date")
@click.argument("event")
@click.option("--to", "last_date", default="", help="Last day; default: the first one.")
@_FEED
def events_add(first_date: str, event: str, last_date: str, feed: str | None) -> None:
    """Add EVENT, which began on FIRST_DATE.

    Example: p360 events add 2025-11-28 "Black Friday weekend" --to 2025-12-01
    """
    from python_jobs.observability.known_events import add_event

    add_event(Settings.from_environment(), first_date, last_date, event, feed)


@events.command("remove")
@click.argument("first_date")
@click.argument("event", required=False)
@_FEED
def events_remove(first_date: str, event: str | None, feed: str | None) -> None:
    """Remove the event that began on FIRST_DATE; name EVENT where several did."""
    from python_jobs.observability.known_events import remove_event

    remove_event(Settings.from_environment(), first_date, event, feed)
