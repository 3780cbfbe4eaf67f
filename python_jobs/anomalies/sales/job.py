"""``p360 score``: from accepted sales to published scores."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies import AnomalyConfig, Scored, score_anomalies
from python_jobs.anomalies.config import Budget
from python_jobs.anomalies.drift import SHIFTED
from python_jobs.anomalies.sales.features import FEATURES, JUDGED_COLUMNS, with_features
from python_jobs.anomalies.sales.feedback import ERROR, EXPECTED, read_feedback
from python_jobs.anomalies.sales.model_runs import (
    MODEL_RUNS,
    SCORES,
    USUALS,
    KeptModel,
    model_facts,
    read_model,
    read_runs,
    runs_with,
)
from python_jobs.anomalies.sales.sentences import sentence
from python_jobs.anomalies.sales.usuals import usuals_of
from python_jobs.anomalies.scaling import SPACES
from python_jobs.errors import P360Error
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings
from python_jobs.terminal.console import steps, warn
from python_jobs.warehouse.stored_tables import move_view, new_stamp, shown_version, write_version

_FEEDBACK_TYPES = "transaction_id string, feedback string"


@dataclass(frozen=True)
class SalesScored:
    """What a scoring did.

    Attributes:
        run_id: Its id.
        rows: Sales that were scored.
        flagged: Sales that are flagged.
        budget: The alert budget.
    """

    run_id: str
    rows: int
    flagged: int
    budget: str


def score_sales(
    settings: Settings, budget: Budget | None = None, model_run: str | None = None
) -> SalesScored | None:
    """Score every accepted sale and publish that; the run lock must be held.

    Args:
        settings: Where the server is; it must run.
        budget: How many to flag; that of ``dbt_project.yml`` by default.
        model_run: Score by the model of this earlier scoring, and learn nothing.

    Returns:
        What was done; None where there is no sale to score.

    Raises:
        P360Error: Sales were never built, a verdict cannot be read, or rows got lost.
    """
    chosen = settings.dbt_project()["vars"]["anomalies"]
    verdicts = read_feedback(settings.project_dir / "seeds" / "anomaly_feedback.csv")
    with connect_session(settings) as spark, steps("scoring sales"):
        version = shown_version(spark, settings, "silver_sales")
        if version is None:
            raise P360Error(f"schema {settings.schema} has no sales yet; run 'p360 run' first")
        job = _Job(spark, settings, budget or Budget.parse(str(chosen["budget"])), version)
        return job.run(chosen, verdicts, model_run)


class _Job:
    """One scoring of one stored version of the sales."""

    def __init__(
        self, spark: SparkSession, settings: Settings, budget: Budget, version: str
    ) -> None:
        self._spark = spark
        self._settings = settings
        self._budget = budget
        self._version = version
        self._stamp = new_stamp()
        self._started = time.monotonic()

    def run(
        self, chosen: dict[str, Any], verdicts: dict[str, str], model_run: str | None
    ) -> SalesScored | None:
        sales = self._spark.table(self._version)
        count, days, rows, data = sales.agg(
            f.count("*"),
            f.count_distinct("transaction_date"),
            _fingerprint("_row_id"),
            _fingerprint("_row_id", *JUDGED_COLUMNS),
        ).collect()[0]
        if count == 0:
            warn("there are no accepted sales to score")
            return None
        runs = read_runs(self._spark, self._settings)
        kept = read_model(runs, model_run)
        if model_run and kept and kept.model.features != FEATURES:
            raise P360Error(
                f"the model of run {model_run} has other features than sales have now; score "
                "without --model-run, which trains one"
            )
        usuals = self._usuals(sales, kept if model_run else None)
        config = AnomalyConfig(
            seed=int(chosen["seed"]),
            spaces=SPACES,
            clusters=tuple(chosen["clusters"]),
            flagged_share=self._budget.share_of(count, days),
            segment="segment",
            thin_segment=int(chosen["thin_segment"]),
            left_out="is_expected",
            ids=("_row_id",),
        )
        featured = self._with_feedback(with_features(sales, self._spark.table(usuals)), verdicts)
        featured = featured.persist()
        scored = self._score(featured, config, kept, by_kept=model_run is not None)
        table = write_version(self._settings, self._as_table(scored), SCORES, self._stamp)
        facts = self._facts(table, count, scored, config, kept if model_run else None)
        facts |= {"row_fingerprint": rows, "data_fingerprint": data}
        featured.unpersist()
        self._publish(table, usuals, runs, facts, int(chosen["kept_model_runs"]))
        _warn_of_drift(scored)
        return SalesScored(self._stamp, count, facts["flagged_count"], facts["budget"])

    def _usuals(self, sales: DataFrame, kept: KeptModel | None) -> str:
        """Return the stored table of what is usual, a new one unless a kept model is used."""
        if kept is None:
            return write_version(self._settings, usuals_of(sales), USUALS, self._stamp)
        return f"{self._settings.store_schema}.{USUALS}__{kept.run_id}"

    def _with_feedback(self, featured: DataFrame, verdicts: dict[str, str]) -> DataFrame:
        rows = self._spark.createDataFrame(list(verdicts.items()), _FEEDBACK_TYPES)
        joined = featured.join(f.broadcast(rows), "transaction_id", "left")
        expected = f.coalesce(f.col("feedback") == EXPECTED, f.lit(False))
        return joined.withColumn("is_expected", expected)

    def _score(
        self, featured: DataFrame, config: AnomalyConfig, kept: KeptModel | None, *, by_kept: bool
    ) -> Scored:
        before = kept.model if kept and kept.model.features == FEATURES else None
        model = kept.model if kept and by_kept else None
        return score_anomalies(featured, FEATURES, config, model, before)

    def _as_table(self, scored: Scored) -> DataFrame:
        """Return the scores under the columns of the source ``ml``."""
        # Of equal shares the first in the order of the alphabet.
        entries = f.transform(f.map_entries("shares"), _negated)
        rows = scored.scores.withColumn("main_feature", f.array_min(entries)["name"])
        own_scale = f.col("segment").isin(*scored.model.scales.by_segment)
        over = f.col("is_anomaly")
        return rows.select(
            *("_row_id", "transaction_id", "score", "severity"),
            (over & ~f.col("is_expected")).alias("is_anomaly"),
            over.alias("is_over_threshold"),
            *("feedback", "cluster", "distance", "shares", "main_feature"),
            sentence(f.col("main_feature")).alias("reason"),
            f.when(own_scale, f.col("segment")).otherwise("all").alias("segment"),
            f.lit(self._stamp).alias("model_run_id"),
            f.lit(datetime.now(UTC)).cast("timestamp").alias("scored_at"),
        )

    def _facts(
        self,
        table: str,
        count: int,
        scored: Scored,
        config: AnomalyConfig,
        kept: KeptModel | None,
    ) -> dict[str, Any]:
        """Count what was written against what was read, and return the row about the scoring."""
        judged = f.count_if(f.col("is_over_threshold") & f.col("feedback").isNotNull())
        errors = f.count_if(f.col("is_over_threshold") & (f.col("feedback") == ERROR))
        written, flagged, looked_at, wrong = (
            self._spark.table(table)
            .agg(f.count("*"), f.count_if("is_anomaly"), judged, errors)
            .collect()[0]
        )
        if written != count:
            raise P360Error(
                f"{count:,} sales should be scored but {written:,} are in {table}; the scores "
                "are unchanged, run the same command again"
            )
        return model_facts(scored.model, config.seed) | {
            "model_run_id": self._stamp,
            "scored_at": datetime.now(UTC),
            "trained_by_run_id": kept.run_id if kept else self._stamp,
            "budget": kept.budget if kept else str(self._budget),
            "row_count": count,
            "flagged_count": flagged,
            "sales_version": self._version,
            "feature_drift": scored.drift.features if scored.drift else {},
            "cluster_drift": scored.drift.clusters if scored.drift else None,
            "evaluation": {
                "judged": float(looked_at),
                "errors": float(wrong),
                "expected": float(looked_at - wrong),
                **({"precision": wrong / looked_at} if looked_at else {}),
            },
            "duration_seconds": time.monotonic() - self._started,
        }

    def _publish(
        self, table: str, usuals: str, runs: DataFrame | None, facts: dict[str, Any], kept: int
    ) -> None:
        """Move the views, the scores' own last: they name a run that is there already."""
        version = write_version(
            self._settings,
            runs_with(self._spark, runs, facts, kept),
            MODEL_RUNS,
            self._stamp,
        )
        needed = [
            row[0] for row in self._spark.table(version).select("trained_by_run_id").collect()
        ]
        store = self._settings.store_schema
        tables = [f"{store}.{USUALS}__{run}" for run in dict.fromkeys(needed)]
        there = [name for name in tables if self._spark.catalog.tableExists(name)]
        # Usual values of an earlier version of this project belong to models that score no more.
        columns = self._spark.table(usuals).columns
        there = [name for name in there if self._spark.table(name).columns == columns]
        move_view(self._spark, self._settings, USUALS, *there)
        move_view(self._spark, self._settings, MODEL_RUNS, version)
        move_view(self._spark, self._settings, SCORES, table)


def _fingerprint(*columns: str) -> Column:
    """Return a checksum of all rows that their order does not change."""
    return f.sum(f.xxhash64(*columns).cast("decimal(38, 0)")).cast("string")


def _negated(entry: Column) -> Column:
    return f.struct((-entry["value"]).alias("share"), entry["key"].alias("name"))


def _warn_of_drift(scored: Scored) -> None:
    if scored.drift is None:
        return
    moved = {name: psi for name, psi in scored.drift.features.items() if psi > SHIFTED}
    moved |= {"clusters": scored.drift.clusters} if scored.drift.clusters > SHIFTED else {}
    if moved:
        said = ", ".join(f"{name} {psi:.2f}" for name, psi in moved.items())
        warn(f"sales have shifted since the previous scoring (PSI above {SHIFTED}): {said}")
