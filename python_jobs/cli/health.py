"""The commands ``p360 health``, ``report``, ``incidents`` and ``alerts``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from python_jobs.observability.incidents import ACKNOWLEDGED, RESOLVED
from python_jobs.settings import Settings

_BY = click.option("--by", "person", required=True, help="Your name.")
_BECAUSE = click.option("--because", required=True, help="A sentence.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON; money as text.")
def health(as_json: bool) -> None:
    """Say how things stand; exits with 0 (well), 1 (look at it) or 2 (wrong)."""
    from python_jobs.observability.health import print_health

    sys.exit(print_health(Settings.from_environment(), as_json=as_json))


@click.command()
@click.option(
    "--out", "path", type=click.Path(path_type=Path), default="p360_report.html", show_default=True
)
def report(path: Path) -> None:
    """Write the state, with plots, as one HTML file that needs nothing else."""
    from python_jobs.observability.report import write_report

    write_report(Settings.from_environment(), path)


@click.group(invoke_without_command=True)
@click.option("--all", "show_all", is_flag=True, help="Those that are over, too.")
@click.pass_context
def incidents(context: click.Context, show_all: bool) -> None:
    """List what is wrong, since when; acknowledge or resolve it."""
    from python_jobs.observability.desk import print_incidents

    if context.invoked_subcommand is None:
        print_incidents(Settings.from_environment(), show_all=show_all)


@incidents.command()
@click.argument("incident_id")
@_BY
@_BECAUSE
def ack(incident_id: str, person: str, because: str) -> None:
    """Say that INCIDENT_ID is known; a day of odd volume then teaches nothing."""
    from python_jobs.observability.desk import settle

    settle(Settings.from_environment(), incident_id, ACKNOWLEDGED, person, because)


@incidents.command()
@click.argument("incident_id")
@_BY
@_BECAUSE
def resolve(incident_id: str, person: str, because: str) -> None:
    """Say that INCIDENT_ID is over; the same failure again opens a new one."""
    from python_jobs.observability.desk import settle

    settle(Settings.from_environment(), incident_id, RESOLVED, person, because)


@click.group()
def alerts() -> None:
    """Messages when an incident opens or ends; P360_ALERTS says where they go."""


@alerts.command("test")
def alerts_test() -> None:
    """Send a test message to every address."""
    from python_jobs.observability.desk import test_alerts

    test_alerts(Settings.from_environment())
