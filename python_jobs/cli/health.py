"""The commands ``p360 health``, ``report``, ``incidents`` and ``alerts``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from python_jobs.observability.incidents import ACKNOWLEDGED, RESOLVED
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

_BY = click.option("--by", "person", required=True, help="Your name.")
_BECAUSE = click.option("--because", required=True, help="The reason, in a sentence.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON; amounts as text.")
def health(as_json: bool) -> None:
    """Show the state: exit code 0 (ok), 1 (warning), 2 (error)."""
    from python_jobs.observability.health import print_health

    sys.exit(print_health(Settings.from_environment(), as_json=as_json))


@click.command()
@click.option(
    "--out", "path", type=click.Path(path_type=Path), default="p360_report.html", show_default=True
)
@click.option("--page", "pages", multiple=True, help="A page of the dashboard, as /?period=4w.")
@click.option("--view", "views", multiple=True, help="A saved view of the dashboard.")
@click.option("--pdf", is_flag=True, help="Print it as PDF beside the HTML; needs Chromium.")
@click.option("--send", is_flag=True, help="Send it to the addresses in P360_REPORTS.")
def report(
    path: Path, pages: tuple[str, ...], views: tuple[str, ...], *, pdf: bool, send: bool
) -> None:
    """Write the state and plots as one HTML file.

    With --page or --view it holds these pages of the dashboard instead, from the snapshot that the
    dashboard shows.

    Example: p360 report --page / --view "Books" --pdf --send
    """
    from python_jobs.observability import page_report
    from python_jobs.observability.report import write_report

    settings = Settings.from_environment()
    # What is missing is told before anything is written.
    browser = page_report.find_browser() if pdf else ""
    where = page_report.addresses() if send else ""
    if pages or views:
        message = page_report.write_pages(settings, pages, views, path)
        out.print(f"wrote {path}", markup=False)
    else:
        message = write_report(settings, path)
    files = [path]
    if pdf:
        files = [path.with_suffix(".pdf")]
        page_report.print_pdf(browser, path, files[0])
    if send:
        page_report.send_report(message, where, files)


@click.group(invoke_without_command=True)
@click.option("--all", "show_all", is_flag=True, help="Include ended incidents.")
@click.pass_context
def incidents(context: click.Context, show_all: bool) -> None:
    """List, acknowledge or resolve incidents."""
    from python_jobs.observability.desk import print_incidents

    if context.invoked_subcommand is None:
        print_incidents(Settings.from_environment(), show_all=show_all)


@incidents.command()
@click.argument("incident_id")
@_BY
@_BECAUSE
def ack(incident_id: str, person: str, because: str) -> None:
    """Acknowledge INCIDENT_ID.

    A day of odd volume then no longer counts towards expected volumes.
    """
    from python_jobs.observability.desk import settle

    settle(Settings.from_environment(), incident_id, ACKNOWLEDGED, person, because)


@incidents.command()
@click.argument("incident_id")
@_BY
@_BECAUSE
def resolve(incident_id: str, person: str, because: str) -> None:
    """Resolve INCIDENT_ID; the same failure opens a new one."""
    from python_jobs.observability.desk import settle

    settle(Settings.from_environment(), incident_id, RESOLVED, person, because)


@click.group()
def alerts() -> None:
    """Test the alerts that P360_ALERTS configures."""


@alerts.command("test")
def alerts_test() -> None:
    """Send a test message to every address."""
    from python_jobs.observability.desk import test_alerts

    test_alerts(Settings.from_environment())
