"""``p360 score``: which of its two jobs is asked for."""

from __future__ import annotations

from dataclasses import replace

from python_jobs import pipeline
from python_jobs.anomalies import AnomalyConfig
from python_jobs.anomalies.config import Budget
from python_jobs.errors import P360Error
from python_jobs.score_table import score_table
from python_jobs.settings import Settings


def score(
    settings: Settings,
    table: str | None,
    features: str | None,
    target: str | None,
    budget: str | None,
    segment: str | None,
) -> None:
    """Score a table, or the sales where none is given.

    Raises:
        P360Error: The options do not fit together, or scoring fails.
    """
    given = Budget.parse(budget) if budget else None
    if not table or not features or not target:
        raise P360Error("--table, --features and --out go together; give all three")
    if given and given.share is None:
        raise P360Error("a table may have no days; give its budget as a share, such as 0.5%")
    config = AnomalyConfig(segment=segment)
    if given and given.share:
        config = replace(config, flagged_share=given.share)
    names = [name.strip() for name in features.split(",") if name.strip()]
    pipeline.start_server(settings)
    score_table(settings, table, names, target, config)
