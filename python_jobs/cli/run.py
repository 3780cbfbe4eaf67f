"""The commands ``p360 run``, ``runs`` and ``rollback``."""

from __future__ import annotations

import click

from python_jobs.settings import Settings


@click.command()
@click.option("--feed", help="Feed to build; the one of dbt_project.yml by default.")
@click.option("--no-dashboard", is_flag=True, help="Do not serve the dashboard at the end.")
def run(feed: str | None, no_dashboard: bool) -> None:
    """Build and test every model, write the docs, print the summary, serve the dashboard."""
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.run import run as run_pipeline

    settings = Settings.from_environment()
    feed = feed or str(settings.dbt_project()["vars"]["feed"])
    with recorded(settings, "p360 run", feed=feed):
        run_pipeline(settings, feed, with_dashboard=not no_dashboard)


@click.command()
def runs() -> None:
    """List the runs that are kept, which one is live, and why each is kept."""
    from python_jobs.warehouse.versions import print_runs

    print_runs(Settings.from_environment())


@click.command()
@click.argument("run_id", required=False)
def rollback(run_id: str | None) -> None:
    """Make the run before live again, or RUN_ID, all its models in one step."""
    from python_jobs.observability.recording import recorded
    from python_jobs.pipeline.start import start_server
    from python_jobs.warehouse.versions import roll_back

    settings = Settings.from_environment()
    with recorded(settings, "p360 rollback"):
        start_server(settings)
        roll_back(settings, run_id)
