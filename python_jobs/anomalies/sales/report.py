"""What the last scoring did, for people."""

from __future__ import annotations

from dataclasses import dataclass

from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, warn

MODEL_RUNS = "ml_anomaly_model_runs"


@dataclass(frozen=True)
class SalesScored:
    """What a scoring did.

    Attributes:
        rows: Sales that were scored.
        flagged: Sales that are flagged.
        budget: The alert budget.
        decision: Whether the model was trained or kept, and why.
    """

    rows: int
    flagged: int
    budget: str
    decision: str


def read_scored(settings: Settings) -> SalesScored | None:
    """Return what is known of the scores that are live; None where no sale has one."""
    live = settings.live_schema
    with connect(settings) as connection:
        if not connection.has_view(live, MODEL_RUNS):
            return None
        rows = connection.query(
            f"select row_count, flagged_count, budget, decision from {live}.{MODEL_RUNS} "
            f"where model_run_id = (select max(model_run_id) from {live}.ml_sales_anomaly_scores)"
        ).rows
    return SalesScored(*rows[0]) if rows else None


def print_scored(settings: Settings) -> None:
    """Say what the scoring did whose scores are live."""
    scored = read_scored(settings)
    if scored is None:
        warn("there are no accepted sales to score")
        return
    out.print(
        f"{scored.rows:,} sales scored, {scored.flagged:,} flagged (budget {scored.budget}; model "
        f"{scored.decision}); see {settings.live_schema}.semantic_sales_anomalies",
        markup=False,
    )
