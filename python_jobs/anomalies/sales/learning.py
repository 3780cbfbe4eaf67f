"""``ml_anomaly_models``: by which model the sales are scored, a kept one or one that is trained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import StructType

from python_jobs.anomalies import Scored, score_anomalies
from python_jobs.anomalies.drift import Drift
from python_jobs.anomalies.model import AnomalyModel
from python_jobs.anomalies.sales.features import FEATURES, fingerprint, with_features
from python_jobs.anomalies.sales.feedback import (
    EXPECTED,
    checked_verdicts,
    verdicts_of,
    with_verdicts,
)
from python_jobs.anomalies.sales.kept import (
    AS_THEY_WERE,
    ASKED,
    MODEL,
    Kept,
    after_scoring,
    as_table,
    model_facts,
    model_of,
    read_kept,
    trained_of,
    usuals_in,
)
from python_jobs.anomalies.sales.rule import (
    Chosen,
    Sales,
    may_shift,
    new_share,
    percent,
    shift,
    why_train,
)
from python_jobs.anomalies.sales.usuals import usuals_of
from python_jobs.errors import P360Error


def learnt_models(sales: DataFrame, feedback: DataFrame, live: str, chosen: Chosen) -> DataFrame:
    """Return the kept models, and among them the one that scores the sales.

    Args:
        sales: Rows of silver_sales.
        feedback: Rows of anomaly_feedback.
        live: Name of the table that this function gave last, in the release that is live.
        chosen: What is chosen.

    Raises:
        P360Error: A verdict cannot be read, or the scoring that is asked for is not kept.
    """
    usual_types = usuals_of(sales).schema
    spark = sales.sparkSession
    kept = read_kept(spark, live, usual_types)
    verdicts = checked_verdicts((*row,) for row in verdicts_of(feedback).collect())
    used = kept.of_run(chosen.model_run) if chosen.model_run else kept.in_use()
    seen = _look_at(sales, used, verdicts)
    if seen.sales.count == 0:
        none = as_table(spark, [], None, None, usual_types)
        return none if kept.table is None else kept.table
    job = _Job(sales, verdicts_of(feedback), kept, usual_types, chosen)
    return job.table(used, seen)


@dataclass(frozen=True)
class _Seen:
    """What the sales are, without their features."""

    sales: Sales
    days: int
    loaded_until: datetime | None
    fingerprint: str


class _Job:
    """The choice of a model for one scoring."""

    def __init__(
        self,
        sales: DataFrame,
        verdicts: DataFrame,
        kept: Kept,
        usual_types: StructType,
        chosen: Chosen,
    ) -> None:
        self._sales = sales
        self._verdicts = verdicts
        self._kept = kept
        self._usual_types = usual_types
        self._chosen = chosen

    def table(self, used: dict[str, Any] | None, seen: _Seen) -> DataFrame:
        model = model_of(used) if used else None
        if used and self._chosen.model_run:
            if model is None or model.features != FEATURES:
                raise P360Error(
                    f"the model of run {self._chosen.model_run} has other features than sales have "
                    "now; score without --model-run, which trains one"
                )
            why = ""
        elif used and model is None:
            why = "the kept model cannot be read"
        else:
            why = why_train(trained_of(used) if used else None, seen.sales, self._chosen)
        facts = dict(used or {}) | _told(None)
        if used and model and not why and self._must_measure(used, seen):
            drift = self._drift(model, self._usuals_of(used), seen)
            why = "" if self._chosen.model_run else shift(drift)
            facts |= _told(drift)
        if used and not why:
            facts["decision"] = self._reason_to_keep(used, seen)
            return self._after(facts, seen, None)
        return self._trained(model, f"trained: {why}", seen)

    def _must_measure(self, used: dict[str, Any], seen: _Seen) -> bool:
        if self._chosen.model_run:
            return True
        same = seen.fingerprint == used["data_fingerprint"]
        if same and not used["decision"].startswith(ASKED):
            return False  # It scored these sales by the rule.
        return may_shift(new_share(trained_of(used), seen.sales))

    def _trained(self, before: AnomalyModel | None, decision: str, seen: _Seen) -> DataFrame:
        # Read twice: by the features and by the table. It frees itself with the session.
        usuals = usuals_of(self._sales).localCheckpoint()
        same = before is not None and before.features == FEATURES
        scored = self._score(usuals, seen, None, before if same else None)
        facts = {
            "trained_by_run_id": self._chosen.run_id,
            "kind": MODEL,
            "trained_at": datetime.now(UTC),
            "model_run_ids": [],
            "decision": decision,
            "sale_count_trained": seen.sales.count,
            "loaded_until": seen.loaded_until,
            "options": self._chosen.options(),
            "expected": list(seen.sales.expected),
            "seed": self._chosen.seed,
            "budget": str(self._chosen.budget),
        }
        facts |= model_facts(scored.model) | _told(scored.drift)
        return self._after(facts, seen, usuals)

    def _after(self, facts: dict[str, Any], seen: _Seen, usuals: DataFrame | None) -> DataFrame:
        facts = facts | {"data_fingerprint": seen.fingerprint}
        rows = after_scoring(
            self._kept.models, facts, self._chosen.run_id, self._chosen.kept_model_runs
        )
        spark, types = self._sales.sparkSession, self._usual_types
        return as_table(spark, rows, self._kept.table, usuals, types)

    def _drift(self, model: AnomalyModel, usuals: DataFrame, seen: _Seen) -> Drift:
        drift = self._score(usuals, seen, model, model).drift
        assert drift is not None
        return drift

    def _score(
        self,
        usuals: DataFrame,
        seen: _Seen,
        model: AnomalyModel | None,
        before: AnomalyModel | None,
    ) -> Scored:
        """Return a model and its drift; the scores are another table's."""
        featured = with_verdicts(with_features(self._sales, usuals), self._verdicts)
        featured = featured.select("_row_id", "segment", "is_expected", *FEATURES).persist()
        config = self._chosen.config(seen.sales.count, seen.days)
        try:
            return score_anomalies(featured, FEATURES, config, model, before)
        finally:
            featured.unpersist()

    def _usuals_of(self, row: dict[str, Any]) -> DataFrame:
        assert self._kept.table is not None
        return usuals_in(self._kept.table, row["trained_by_run_id"])

    def _reason_to_keep(self, used: dict[str, Any], seen: _Seen) -> str:
        if self._chosen.model_run:
            return f"{ASKED} the model of {self._chosen.model_run}"
        if used["data_fingerprint"] == seen.fingerprint:
            return AS_THEY_WERE
        share = new_share(trained_of(used), seen.sales)
        but = "and nothing has shifted" if may_shift(share) else "too few to shift anything"
        return f"kept: {percent(share)} of the sales are new, {but}"


def _look_at(sales: DataFrame, used: dict[str, Any] | None, verdicts: dict[str, str]) -> _Seen:
    """Count the sales, in one statement."""
    since = f.lit(used["loaded_until"] if used else None).cast("timestamp")
    count, days, until, loaded, checksum = sales.agg(
        f.count("*"),
        f.count_distinct("transaction_date"),
        f.max("_loaded_at"),
        f.count_if(f.col("_loaded_at") > since),
        fingerprint(),
    ).collect()[0]
    expected = sorted(sale for sale, verdict in verdicts.items() if verdict == EXPECTED)
    if used and checksum == used["data_fingerprint"]:
        loaded = 0  # The same sales, loaded again.
    return _Seen(Sales(count, loaded, FEATURES, tuple(expected)), days, until, checksum)


def _told(drift: Drift | None) -> dict[str, Any]:
    return {
        "feature_drift": drift.features if drift else {},
        "cluster_drift": drift.clusters if drift else None,
    }
