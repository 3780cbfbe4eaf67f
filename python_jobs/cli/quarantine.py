"""The commands ``p360 quarantine`` and ``p360 rules``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from python_jobs.settings import Settings


@click.group()
def quarantine() -> None:
    """Correct or waive quarantined rows.

    Export the open rows, fill in the corrected_ cells or waived, apply the file, check it in git
    and run. seeds/sales_corrections.csv keeps the corrections, including personal data; delete a
    line there to undo its decision.
    """


@quarantine.command("export")
@click.option(
    "--out",
    "path",
    type=click.Path(path_type=Path),
    help="File to write; default: standard output.",
)
@click.option("--feed", help="Only rows of this feed.")
@click.option("--reason", help="Only rows that break this rule.")
@click.option("--all", "waived", is_flag=True, help="Include waived rows.")
def quarantine_export(
    path: Path | None, feed: str | None, reason: str | None, waived: bool
) -> None:
    """Write open rows and their reasons as CSV.

    A file starts with a byte order mark, so that spreadsheets read it as UTF-8; standard output has
    none. Cells that a spreadsheet would run as a formula or change (times, long numbers) start with
    a quote (') that apply removes.

    Example: p360 quarantine export --out open.csv
    """
    from python_jobs.pipeline.start import start_server
    from python_jobs.quarantine import export

    settings = Settings.from_environment()
    start_server(settings)
    export(settings, path, feed, reason, waived=waived)


@quarantine.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
def quarantine_apply(file: Path) -> None:
    """Keep the decisions of a filled-in FILE.

    They are written to seeds/sales_corrections.csv, all or none; applying a file twice changes
    nothing. The next run uses them.

    Example: p360 quarantine apply open.csv
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
    """Preview the effect of edited rules."""


@rules.command("diff")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; amounts as text.")
def rules_diff(as_json: bool) -> None:
    """Show which live rows would change under the edited rules."""
    from python_jobs.pipeline.start import start_server
    from python_jobs.quarantine.rules_diff import print_rules_diff

    settings = Settings.from_environment()
    start_server(settings)
    print_rules_diff(settings, as_json=as_json)
