"""The command ``p360 score``."""

from __future__ import annotations

import click

from python_jobs.settings import Settings


@click.command()
@click.option("--budget", help="Sales to flag, such as 0.5% or 20/day; default: dbt_project.yml.")
@click.option("--what-if", help="Show what budget=1% would flag; write nothing.")
@click.option("--model-run", help="Score with the model of this earlier scoring.")
@click.option("--table", help="Score this table or CSV file instead of the sales.")
@click.option("--features", help="Numeric columns of the table, separated by commas.")
@click.option("--segment", help="Text column; each of its values gets its own scale.")
@click.option("--out", "target", help="Table or CSV file to write rows and scores to.")
def score(**options: str | None) -> None:
    """Score how unusual each sale is, or each row of --table.

    Example: p360 score --what-if budget=1%
    """
    from python_jobs.pipeline.score import Asked
    from python_jobs.pipeline.score import score as score_rows

    score_rows(Settings.from_environment(), Asked(**options))
