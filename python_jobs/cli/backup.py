"""The commands ``p360 backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path

import click

from python_jobs.settings import Settings


@click.command()
@click.argument("to", type=click.Path(path_type=Path))
@click.option("--schema", metavar="NAME", help="Back up one schema; default: all.")
def backup(to: Path, schema: str | None) -> None:
    """Copy what is live and kept into the new folder TO, while readers read and builds build.

    Example: p360 backup /backups/2026-11-28
    """
    from python_jobs.backup.make import make_backup
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.start import start_server

    settings = Settings.from_environment()
    with recorded(settings, "p360 backup"):
        start_server(settings)
        make_backup(settings, to.absolute(), schema)


@click.command()
@click.argument("backup", metavar="FROM", type=click.Path(path_type=Path))
def restore(backup: Path) -> None:
    """Make an empty P360_HOME what it was when the backup FROM was taken.

    Example: P360_HOME=/data/new p360 restore /backups/2026-11-28
    """
    from python_jobs.backup.restore import restore as restore_home

    restore_home(Settings.from_environment(), backup.absolute())
