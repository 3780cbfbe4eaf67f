"""The commands ``p360 health``, ``report``, ``incidents`` and ``alerts``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from python_jobs.observability.incidents import ACKNOWLEDGED, RESOLVED
from python_jobs.settings import Settings

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
def report(path: Path) -> None:
    """Write the state and plots as one HTML file."""
    from python_jobs.observability.report import write_report

    write_report(Settings.from_environment(), path)


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
