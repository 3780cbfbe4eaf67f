"""The command ``p360 score``."""

from __future__ import annotations

import click

from python_jobs.settings import Settings


@click.command()
@click.option("--budget", help="How many to flag, as 0.5% or 20/day; else as in dbt_project.yml.")
@click.option("--what-if", help="Tell what budget=1% would flag, and write nothing.")
@click.option("--model-run", help="Score by the model of this earlier scoring.")
@click.option("--table", help="Score this table or CSV file in place of the sales.")
@click.option("--features", help="Its numeric columns to judge by, with commas between.")
@click.option("--segment", help="Its text column whose values have scales of their own.")
@click.option("--out", "target", help="Table or CSV file for its rows with their scores.")
def score(**options: str | None) -> None:
    """Score every accepted sale by how unusual it is, or the rows of --table."""
    from python_jobs.pipeline.score import Asked
    from python_jobs.pipeline.score import score as score_rows

    score_rows(Settings.from_environment(), Asked(**options))
