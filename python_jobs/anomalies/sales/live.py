"""From scores to what readers see: the models behind the scores, built again and made live."""

from __future__ import annotations

import json

from python_jobs.anomalies.config import Budget
from python_jobs.anomalies.sales.job import SalesScored, score_sales
from python_jobs.dbt.runner import run_dbt
from python_jobs.observability.recording import recorded_command
from python_jobs.settings import Settings
from python_jobs.terminal.console import out


def score_and_build(
    settings: Settings,
    variables: dict[str, str],
    budget: Budget | None = None,
    model_run: str | None = None,
) -> SalesScored | None:
    """Score the sales, then build what stands on the scores and make it live.

    Args:
        settings: Where the server is; it must run, and the run lock be held.
        variables: dbt's variables, such as the feed.
        budget: How many to flag; that of ``dbt_project.yml`` by default.
        model_run: Score by the model of this earlier scoring.

    Raises:
        P360Error: Scoring or dbt fails.
    """
    scored = score_sales(settings, budget, model_run)
    if scored is None:
        return None
    if (writer := recorded_command()) is not None:
        writer.add(
            "scoring",
            model_run_id=scored.run_id,
            row_count=scored.rows,
            flagged_count=scored.flagged,
            budget=scored.budget,
        )
    models = settings.dbt_project()["vars"]["anomalies"]["models"]
    words = ["build", "--select", *models, "source:ml", "--exclude-resource-type", "unit_test"]
    given = ["--vars", json.dumps(variables)] if variables else []
    run_dbt(settings, "building models on scores", [*words, *given], warnings=False)
    return scored


def print_scored(settings: Settings, scored: SalesScored | None) -> None:
    """Say what a scoring did."""
    if scored is None:
        return
    where = f"{settings.live_schema}.semantic_sales_anomalies"
    out.print(
        f"{scored.rows:,} sales scored, {scored.flagged:,} flagged (budget {scored.budget}); "
        f"see {where}",
        markup=False,
    )
