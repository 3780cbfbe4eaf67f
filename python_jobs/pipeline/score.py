"""``p360 score``: which of its jobs is asked for, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from python_jobs.anomalies import AnomalyConfig
from python_jobs.anomalies.config import Budget
from python_jobs.anomalies.sales import (
    parse_what_if,
    print_scored,
    print_what_if,
)
from python_jobs.anomalies.table import score_table
from python_jobs.dbt.runner import run_dbt
from python_jobs.errors import P360Error
from python_jobs.observability.recording import recorded
from python_jobs.pipeline.start import start_server
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.warehouse.run_lock import run_lock

# What scores are made of and stand in: dbt's selection.
_SCORING = ("anomaly_feedback", "ml_anomaly_models+")


@dataclass(frozen=True)
class Asked:
    """The options of ``p360 score``; None where one is not given.

    Attributes:
        table: Table or CSV file to score in place of the sales.
        features: Its columns to judge by, with commas between.
        target: Where its scores go.
        segment: Its text column whose values have scales of their own.
        budget: Alert budget.
        what_if: Threshold to try.
        model_run: Scoring whose model to score by.
    """

    table: str | None
    features: str | None
    target: str | None
    segment: str | None
    budget: str | None
    what_if: str | None
    model_run: str | None


def score(settings: Settings, asked: Asked) -> None:
    """Score the sales or a table, or say what another threshold would flag.

    Raises:
        P360Error: The options do not fit together, or scoring fails.
    """
    budget = Budget.parse(asked.budget) if asked.budget else None
    of_table = (asked.table, asked.features, asked.target)
    if any(of_table) or asked.segment:
        if not all(of_table) or asked.what_if or asked.model_run:
            raise P360Error(
                "--table, --features and --out go together, without --what-if and --model-run"
            )
        _score_table(settings, asked, budget)
    elif asked.what_if:
        tried = parse_what_if(asked.what_if)
        start_server(settings)
        print_what_if(settings, tried)
    else:
        if asked.model_run and budget:
            raise P360Error(
                "a kept model has its own threshold; give --budget or --model-run, not both"
            )
        with run_lock(settings, "p360 score"), recorded(settings, "p360 score"):
            start_server(settings)
            _score_sales(settings, budget, asked.model_run)
            print_scored(settings)


def _score_sales(settings: Settings, budget: Budget | None, model_run: str | None) -> None:
    """Build the scores, and what stands on them: one release."""
    with connect(settings) as connection:
        schema = settings.schema
        if not connection.has_schema(schema) or not connection.has_view(schema, "silver_sales"):
            raise P360Error(f"schema {schema} has no sales yet; run 'p360 run' first")
    asked = {"alert_budget": str(budget) if budget else "", "model_run": model_run or ""}
    given = {name: value for name, value in asked.items() if value}
    variables = ["--vars", json.dumps(given)] if given else []
    words = ["build", "--select", *_SCORING, "--exclude-resource-type", "unit_test"]
    run_dbt(settings, "scoring sales", [*words, *variables], warnings=False)


def _score_table(settings: Settings, asked: Asked, budget: Budget | None) -> None:
    if budget and budget.share is None:
        raise P360Error("a table has no days; give its budget as a share, such as 0.5%")
    config = AnomalyConfig(segment=asked.segment)
    if budget and budget.share:
        config = replace(config, flagged_share=budget.share)
    names = [name.strip() for name in (asked.features or "").split(",") if name.strip()]
    start_server(settings)
    score_table(settings, asked.table or "", names, asked.target or "", config)
