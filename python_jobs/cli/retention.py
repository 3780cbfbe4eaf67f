"""The commands ``p360 retention``."""

from __future__ import annotations

from pathlib import Path

import click

from python_jobs.settings import Settings

_DAYS = click.option(
    "--days", type=click.IntRange(1), required=True, help="For how many days they are kept."
)


@click.group()
def retention() -> None:
    """Drop what is older than some days."""


@retention.command()
@_DAYS
def records(days: int) -> None:
    """Drop records of runs, nodes, tests and rules.

    Records of files and of incidents stay.

    Example: p360 retention records --days 365
    """
    from python_jobs.observability.recording import recorded
    from python_jobs.observability.retention import drop_records
    from python_jobs.pipeline.start import start_server

    settings = Settings.from_environment()
    with recorded(settings, "p360 retention records"):
        start_server(settings)
        drop_records(settings, days)


@retention.command()
@click.argument("feed")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_DAYS
def files(feed: str, paths: tuple[Path, ...], days: int) -> None:
    """Delete raw files of FEED whose records are all raw rows.

    Example: p360 retention files shop drop/ --days 90
    """
    from python_jobs.feeds.ingest.retention import drop_files
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.start import start_server

    settings = Settings.from_environment()
    with recorded(settings, "p360 retention files", feed=feed):
        start_server(settings)
        drop_files(settings, feed, paths, days)
