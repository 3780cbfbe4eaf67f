"""The table of scorings, and the parts of a model that people want to read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies import AnomalyModel
from python_jobs.errors import P360Error
from python_jobs.settings import Settings

SCORES, MODEL_RUNS, USUALS = "ml_sales_anomaly_scores", "ml_anomaly_model_runs", "ml_sales_usuals"
_COLUMNS = {
    "model_run_id": "string",
    "scored_at": "timestamp",
    "trained_by_run_id": "string",
    "features": "array<string>",
    "seed": "bigint",
    "k": "int",
    "silhouettes": "map<int,double>",
    "clusters": "array<struct<cluster:int,training_row_count:bigint,is_large:boolean,"
    "centre:map<string,double>>>",
    "budget": "string",
    "threshold": "double",
    "row_count": "bigint",
    "training_row_count": "bigint",
    "flagged_count": "bigint",
    "sales_version": "string",
    "row_fingerprint": "string",
    "data_fingerprint": "string",
    "model_fingerprint": "string",
    "feature_drift": "map<string,double>",
    "cluster_drift": "double",
    "evaluation": "map<string,double>",
    "duration_seconds": "double",
    "model": "string",
}


@dataclass(frozen=True)
class KeptModel:
    """A model of an earlier scoring.

    Attributes:
        run_id: The scoring that learnt it.
        model: The model.
        budget: The alert budget that its threshold comes from.
    """

    run_id: str
    model: AnomalyModel
    budget: str


def model_facts(model: AnomalyModel, seed: int) -> dict[str, Any]:
    """Return the columns that describe a model."""
    shown = model.ensemble[model.shown]
    text = model.to_json()
    return {
        "features": list(model.features),
        "seed": seed,
        "k": shown.k,
        "silhouettes": {
            one.k: one.silhouette
            for one in model.ensemble
            if one.space == shown.space and one.silhouette is not None
        },
        "clusters": [
            {
                "cluster": number,
                "training_row_count": int(size),
                "is_large": number < shown.large,
                "centre": dict(zip(model.features, map(float, centre), strict=True)),
            }
            for number, (size, centre) in enumerate(zip(shown.sizes, shown.centres, strict=True))
        ],
        "threshold": model.threshold,
        "training_row_count": model.training_rows,
        "model_fingerprint": hashlib.sha256(text.encode()).hexdigest(),
        "model": text,
    }


def read_runs(spark: SparkSession, settings: Settings) -> DataFrame | None:
    """Return the table of scorings; None where nothing was ever built."""
    name = f"{settings.schema}.{MODEL_RUNS}"
    return spark.table(name) if spark.catalog.tableExists(name) else None


def read_model(runs: DataFrame | None, run_id: str | None) -> KeptModel | None:
    """Return the model of a scoring, by default of the newest one; None before the first.

    Raises:
        P360Error: No such scoring is kept.
    """
    rows = []
    if runs is not None:
        chosen = runs.where(f.col("model_run_id") == run_id) if run_id else runs
        rows = chosen.orderBy(f.desc("scored_at")).limit(1).collect()
    if not rows:
        if run_id:
            raise P360Error(f"no model run {run_id} is kept; {MODEL_RUNS} lists the kept ones")
        return None
    row = rows[0]
    return KeptModel(row.trained_by_run_id, AnomalyModel.from_json(row.model), row.budget)


def runs_with(
    spark: SparkSession, runs: DataFrame | None, facts: dict[str, Any], kept: int
) -> DataFrame:
    """Return the table of scorings with one more, the newest ``kept`` of them."""
    types = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    new = spark.createDataFrame([tuple(facts[name] for name in _COLUMNS)], types)
    if runs is None:
        return new
    # Scorings of an earlier version of this project may lack a column.
    there = [
        (f.col(name) if name in runs.columns else f.lit(None)).cast(kind).alias(name)
        for name, kind in _COLUMNS.items()
    ]
    older = runs.select(*there).orderBy(f.desc("scored_at")).limit(kept - 1)
    return older.unionByName(new).coalesce(1)
