"""The commands ``p360 run``, ``runs`` and ``rollback``."""

from __future__ import annotations

import click

from python_jobs.settings import Settings


@click.command()
@click.option("--feed", metavar="NAME", help="Feed to build; default: the feed in dbt_project.yml.")
@click.option("--no-dashboard", is_flag=True, help="Do not serve the dashboard at the end.")
def run(feed: str | None, no_dashboard: bool) -> None:
    """Build, test and publish all models; serve the dashboard.

    Example: p360 run --feed shop
    """
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.run import run as run_pipeline

    settings = Settings.from_environment()
    feed = feed or str(settings.dbt_project()["vars"]["feed"])
    with recorded(settings, "p360 run", feed=feed):
        run_pipeline(settings, feed, with_dashboard=not no_dashboard)


@click.command()
def runs() -> None:
    """List kept runs and show which one is live."""
    from python_jobs.warehouse.versions import print_runs

    print_runs(Settings.from_environment())


@click.command()
@click.argument("run_id", required=False)
def rollback(run_id: str | None) -> None:
    """Make the previous run live again, or RUN_ID, in one step."""
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.start import start_server
    from python_jobs.warehouse.versions import roll_back

    settings = Settings.from_environment()
    with recorded(settings, "p360 rollback"):
        start_server(settings)
        roll_back(settings, run_id)
