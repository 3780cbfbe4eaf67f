"""The commands ``p360 quarantine`` and ``p360 rules``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from python_jobs.settings import Settings


@click.group()
def quarantine() -> None:
    """Put quarantined rows right, or waive them.

    Export the open rows, fill in the corrected_ cells or waived, apply the file, look at it in git,
    run. Corrections are kept in seeds/sales_corrections.csv, personal data included; a line that is
    deleted there takes its decision back.
    """


@quarantine.command("export")
@click.option("--out", "path", type=click.Path(path_type=Path), help="New file; else it prints.")
@click.option("--feed", help="Rows of this feed only.")
@click.option("--reason", help="Rows that break this rule only.")
@click.option("--all", "waived", is_flag=True, help="Waived rows too.")
def quarantine_export(
    path: Path | None, feed: str | None, reason: str | None, waived: bool
) -> None:
    """Write the open rows and their reasons as CSV, to be filled in.

    A file starts with a byte order mark, so that a spreadsheet reads it as UTF-8; standard output
    does not. What a spreadsheet would run as a formula, or change (times, long numbers), stands
    behind a quote (') that apply takes away again.
    """
    from python_jobs.pipeline.start import start_server
    from python_jobs.quarantine import export

    settings = Settings.from_environment()
    start_server(settings)
    export(settings, path, feed, reason, waived=waived)


@quarantine.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
def quarantine_apply(file: Path) -> None:
    """Check a filled-in FILE, and keep its decisions in seeds/sales_corrections.csv.

    All of them or none; applying it twice changes nothing. They count from the next run on.
    """
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.start import start_server
    from python_jobs.quarantine import apply, read_sheet
    from python_jobs.warehouse.run_lock import run_lock

    settings = Settings.from_environment()
    sheet = read_sheet(file)  # A file that is none is told before a server starts for it.
    command = f"p360 quarantine apply {file}"
    with run_lock(settings, command), recorded(settings, command):
        start_server(settings)
        is_kept = apply(settings, sheet)
    if not is_kept:
        sys.exit(1)


@click.group()
def rules() -> None:
    """Ask what the rules do."""


@rules.command("diff")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; money as text.")
def rules_diff(as_json: bool) -> None:
    """Show which live rows would change sides under the rules as they are written now."""
    from python_jobs.pipeline.start import start_server
    from python_jobs.quarantine.rules_diff import print_rules_diff

    settings = Settings.from_environment()
    start_server(settings)
    print_rules_diff(settings, as_json=as_json)
