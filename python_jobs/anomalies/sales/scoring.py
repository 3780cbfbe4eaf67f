"""``ml_sales_anomaly_scores``: every sale with its score, by the model that is in use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies import AnomalyConfig, AnomalyModel, score_anomalies
from python_jobs.anomalies.sales.features import FEATURES, with_features
from python_jobs.anomalies.sales.feedback import verdicts_of, with_verdicts
from python_jobs.anomalies.sales.kept import (
    AS_THEY_WERE,
    ASKED,
    MODEL,
    MODELS,
    model_of,
    scored_as,
    scored_before,
    usuals_in,
)
from python_jobs.anomalies.sales.sentences import sentence
from python_jobs.anomalies.sales.touched import Touched, touched_sales
from python_jobs.errors import P360Error

SCORES = "ml_sales_anomaly_scores"
FEW = 50_000  # To score so many sales costs no more than to find out which have changed.
_COLUMNS = {
    "_row_id": "string",
    "transaction_id": "string",
    "score": "double",
    "severity": "double",
    "is_anomaly": "boolean",
    "is_over_threshold": "boolean",
    "feedback": "string",
    "cluster": "int",
    "distance": "double",
    "shares": "map<string,double>",
    "main_feature": "string",
    "reason": "string",
    "segment": "string",
    "model_run_id": "string",
    "scored_at": "timestamp",
}


def scored_sales(
    sales: DataFrame, models: DataFrame, feedback: DataFrame, live: str = ""
) -> DataFrame:
    """Return one row per sale, with its score.

    Where the same model scored last, its scores are given again, but for sales that have changed
    since, and those that these touch.

    Args:
        sales: Rows of silver_sales.
        models: What ``learnt_models`` returned.
        feedback: Rows of anomaly_feedback.
        live: Name of the table that this function gave last, in the release that is live.

    Raises:
        P360Error: There are sales and no model.
    """
    found = models.where((f.col("kind") == MODEL) & f.col("is_in_use")).collect()
    if not found:
        return _nothing(sales)
    row = found[0].asDict(recursive=True)
    model = model_of(row)
    if model is None or model.features != FEATURES:
        raise P360Error(
            f"the model in {MODELS} has other features than sales have now; run 'dbt build "
            f"--select {MODELS}+'"
        )
    verdicts = verdicts_of(feedback)
    before = _scores_of(sales.sparkSession, live, scored_before(row))
    if before is not None and row["decision"] == AS_THEY_WERE:
        return _again(before, verdicts, row)
    touched = _touched(sales, live, row) if before is not None else None
    needed, every = (sales, None) if touched is None else (touched.needed, sales)
    featured = with_features(needed, usuals_in(models, row["trained_by_run_id"]), every)
    if touched is not None:
        featured = featured.join(f.broadcast(touched.ids), "_row_id", "left_semi")
    judged = with_verdicts(featured, verdicts)
    config = AnomalyConfig(segment="segment")
    scores = _as_table(score_anomalies(judged, FEATURES, config, model).scores, model, row)
    if before is None or touched is None:
        return scores
    others = before.join(f.broadcast(touched.ids), "_row_id", "left_anti")
    return _again(others, verdicts, row).unionByName(scores)


def _again(scores: DataFrame, verdicts: DataFrame, used: dict[str, Any]) -> DataFrame:
    """Return scores as they were, with the verdicts of now."""
    again = with_verdicts(scores.drop("feedback"), verdicts)
    return _stamped(again, used).select(*_COLUMNS)


def _touched(sales: DataFrame, live: str, used: dict[str, Any]) -> Touched | None:
    """Return what of the sales the model in use has not scored yet; None where that is all."""
    if used["decision"].startswith(ASKED) or used["sale_count_trained"] < FEW:
        return None
    spark, schema = sales.sparkSession, live.rpartition(".")[0]
    models, before = f"{schema}.{MODELS}", f"{schema}.silver_sales"
    if not all(spark.catalog.tableExists(name) for name in (models, before)):
        return None
    checksum = scored_as(spark.table(models), scored_before(used))
    return touched_sales(sales, spark.table(before), checksum) if checksum else None


def _as_table(scores: DataFrame, model: AnomalyModel, used: dict[str, Any]) -> DataFrame:
    # Of equal shares the first in the order of the alphabet.
    entries = f.transform(f.map_entries("shares"), _negated)
    rows = scores.withColumn("main_feature", f.array_min(entries)["name"])
    own_scale = f.col("segment").isin(*model.scales.by_segment)
    over = f.col("is_anomaly")
    cells = {
        "is_anomaly": over & ~f.col("is_expected"),
        "is_over_threshold": over,
        "reason": sentence(f.col("main_feature")),
        "segment": f.when(own_scale, f.col("segment")).otherwise("all"),
    }
    return _stamped(rows.withColumns(cells), used).select(*_COLUMNS)


def _stamped(scores: DataFrame, used: dict[str, Any]) -> DataFrame:
    """Say which run scored, and when."""
    return scores.withColumns(
        {
            "model_run_id": f.lit(max(used["model_run_ids"])),
            "scored_at": f.lit(datetime.now(UTC)).cast("timestamp"),
        }
    )


def _scores_of(spark: SparkSession, live: str, run: str) -> DataFrame | None:
    """Return the scores in a table where a run gave all of them; None where it did not."""
    if not (run and live) or not spark.catalog.tableExists(live):
        return None
    scores = spark.table(live)
    if {one.name: one.dataType.simpleString() for one in scores.schema.fields} != _COLUMNS:
        return None
    runs = [row.model_run_id for row in scores.select("model_run_id").distinct().limit(2).collect()]
    return scores if runs == [run] else None


def _negated(entry: Column) -> Column:
    return f.struct((-entry["value"]).alias("share"), entry["key"].alias("name"))


def _nothing(sales: DataFrame) -> DataFrame:
    """Return no scores, where there is no sale."""
    if not sales.isEmpty():
        raise P360Error(
            f"{MODELS} holds no model for these sales; run 'dbt build --select {MODELS}+'"
        )
    types = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    return sales.sparkSession.createDataFrame([], types)
