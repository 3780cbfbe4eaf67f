"""The table ``ml_anomaly_models``: kept models, each with what was usual when it was trained."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import StructType

from python_jobs.anomalies import AnomalyModel
from python_jobs.anomalies.sales.rule import Trained
from python_jobs.errors import P360Error

MODELS, MODEL = "ml_anomaly_models", "model"
# The decision where the live scores still hold.
AS_THEY_WERE = "kept: the sales are as they were"
# How the decision begins where a model was asked for.
ASKED = "asked for"
_FILES = 8  # Else each training would leave one file for each kind of usual value.
# Columns of the rows of kind ``model``, beside those that all rows have.
MODEL_COLUMNS = {
    "trained_by_run_id": "string",
    "kind": "string",
    "is_in_use": "boolean",
    "trained_at": "timestamp",
    "model_run_ids": "array<string>",
    "decision": "string",
    "feature_drift": "map<string,double>",
    "cluster_drift": "double",
    "data_fingerprint": "string",
    "sale_count_trained": "bigint",
    "loaded_until": "timestamp",
    "options": "map<string,string>",
    "expected": "array<string>",
    "features": "array<string>",
    "seed": "bigint",
    "k": "int",
    "silhouettes": "map<int,double>",
    "clusters": "array<struct<cluster:int,training_row_count:bigint,is_large:boolean,"
    "centre:map<string,double>>>",
    "budget": "string",
    "threshold": "double",
    "training_row_count": "bigint",
    "model_fingerprint": "string",
    "model": "string",
}


@dataclass(frozen=True)
class Kept:
    """What earlier builds have left.

    Attributes:
        table: The table ``ml_anomaly_models`` that is live; None where there is none to go on with.
        models: Its rows of kind ``model``.
    """

    table: DataFrame | None
    models: tuple[dict[str, Any], ...] = ()

    def in_use(self) -> dict[str, Any] | None:
        """Return the model that scored last."""
        return next((row for row in self.models if row["is_in_use"]), None)

    def of_run(self, run_id: str) -> dict[str, Any]:
        """Return the model of a kept scoring.

        Raises:
            P360Error: No such scoring is kept.
        """
        for row in self.models:
            if run_id == row["trained_by_run_id"] or run_id in row["model_run_ids"]:
                return row
        raise P360Error(f"no model run {run_id} is kept; ml_anomaly_model_runs lists the kept ones")


def read_kept(spark: SparkSession, name: str, usual_types: StructType) -> Kept:
    """Return what is kept in a table; nothing where it is not there or has other columns.

    Args:
        spark: The session.
        name: The table, of the release that is live.
        usual_types: Columns of usual values, as they are worked out now.
    """
    if not spark.catalog.tableExists(name):
        return Kept(None)
    table = spark.table(name)
    wanted = {one.name: one.dataType.simpleString() for one in usual_types.fields} | MODEL_COLUMNS
    if {one.name: one.dataType.simpleString() for one in table.schema.fields} != wanted:
        return Kept(None)
    rows = table.where(f.col("kind") == MODEL).select(*MODEL_COLUMNS).collect()
    return Kept(table, tuple(row.asDict(recursive=True) for row in rows))


def scored_before(row: dict[str, Any]) -> str:
    """Return the run that scored by a model before it does now; empty where none did.

    Args:
        row: The model in use.
    """
    *before, _ = sorted(row["model_run_ids"])
    return before[-1] if before else ""


def scored_as(table: DataFrame, run_id: str) -> str:
    """Return the fingerprint of the sales that a run scored last; empty where another run did.

    Args:
        table: What ``read_kept`` reads.
        run_id: The run.
    """
    used = table.where((f.col("kind") == MODEL) & f.col("is_in_use"))
    rows = used.select("data_fingerprint", "model_run_ids").collect()
    return rows[0].data_fingerprint if rows and max(rows[0].model_run_ids) == run_id else ""


def usuals_in(table: DataFrame, run_id: str) -> DataFrame:
    """Return what was usual for the model that a run has trained."""
    own = table.where((f.col("trained_by_run_id") == run_id) & (f.col("kind") != MODEL))
    return own.select("kind", *(name for name in table.columns if name not in MODEL_COLUMNS))


def trained_of(row: dict[str, Any]) -> Trained:
    """Return what a kept model was trained on."""
    return Trained(
        features=tuple(row["features"]),
        options=row["options"],
        expected=tuple(row["expected"]),
        sale_count=row["sale_count_trained"],
    )


def model_of(row: dict[str, Any]) -> AnomalyModel | None:
    """Return a kept model; None where its text is not what this version of the code writes."""
    try:
        return AnomalyModel.from_json(row["model"])
    except (ValueError, KeyError, TypeError):
        return None


def model_facts(model: AnomalyModel) -> dict[str, Any]:
    """Return the columns that describe a model."""
    shown = model.ensemble[model.shown]
    text = model.to_json()
    return {
        "features": list(model.features),
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


def after_scoring(
    rows: Iterable[dict[str, Any]], used: dict[str, Any], run_id: str, kept: int
) -> list[dict[str, Any]]:
    """Return the models to keep, once a run has scored by one of them.

    Args:
        rows: The models that were kept.
        used: The one that scores, among them or new.
        run_id: The run that scores.
        kept: How many scorings are kept; a model goes with the last of its own.
    """
    others = [row for row in rows if row["trained_by_run_id"] != used["trained_by_run_id"]]
    used = {**used, "is_in_use": True, "model_run_ids": [*used["model_run_ids"], run_id]}
    every = [{**row, "is_in_use": False} for row in others]
    newest = sorted((one for row in (*every, used) for one in row["model_run_ids"]), reverse=True)
    still = set(newest[:kept])
    trimmed = [
        {**row, "model_run_ids": [one for one in row["model_run_ids"] if one in still]}
        for row in (*every, used)
    ]
    return [row for row in trimmed if row["model_run_ids"]]


def as_table(
    spark: SparkSession,
    rows: Sequence[dict[str, Any]],
    before: DataFrame | None,
    usuals: DataFrame | None,
    usual_types: StructType,
) -> DataFrame:
    """Return the table: the models, and what is usual for each.

    Args:
        spark: The session.
        rows: The models to keep, the one in use among them.
        before: The table until now.
        usuals: What is usual for the model that is new; None where none is.
        usual_types: Columns of usual values.
    """
    types = ", ".join(f"{name} {kind}" for name, kind in MODEL_COLUMNS.items())
    table = spark.createDataFrame(
        [tuple(row[name] for name in MODEL_COLUMNS) for row in rows], types
    )
    others = [one for one in usual_types.fields if one.name not in MODEL_COLUMNS]
    table = table.withColumns(
        {one.name: f.lit(None).cast(one.dataType.simpleString()) for one in others}
    )
    if before is not None:
        runs = [row["trained_by_run_id"] for row in rows]
        older = before.where((f.col("kind") != MODEL) & f.col("trained_by_run_id").isin(runs))
        table = table.unionByName(older)
    if usuals is not None:
        new = next(row["trained_by_run_id"] for row in rows if row["is_in_use"])
        own = usuals.withColumn("trained_by_run_id", f.lit(new))
        table = table.unionByName(own, allowMissingColumns=True)
    return table.coalesce(_FILES)
