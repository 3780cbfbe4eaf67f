"""How well detectors find what is known to be unusual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from sklearn.metrics import average_precision_score, roc_auc_score

from bench.anomalies.labelled import Flags, Floats, labelled_sets
from bench.anomalies.rivals import RIVALS
from python_jobs.anomalies import AnomalyConfig, score_anomalies
from python_jobs.anomalies.sales.features import FEATURES, with_features
from python_jobs.anomalies.sales.usuals import usuals_of
from python_jobs.anomalies.scaling import SPACES
from python_jobs.terminal.console import steps

PROJECT = "project"
DETECTORS = (PROJECT, *RIVALS)


@dataclass(frozen=True)
class Figures:
    """How well a detector ranks the rows of a set.

    Attributes:
        auroc: Area under the receiver operating characteristic, 0.5 by chance.
        precision: Average precision, by chance the share of unusual rows.
    """

    auroc: float
    precision: float

    @classmethod
    def of(cls, is_unusual: Flags, scores: Floats) -> Figures:
        """Return the figures of scores (rows,)."""
        return cls(
            float(roc_auc_score(is_unusual, scores)),
            float(average_precision_score(is_unusual, scores)),
        )


Found = dict[str, dict[str, Figures | None]]


def on_labelled_sets(spark: SparkSession) -> Found:
    """Return for each set the figures of each detector; None where it refuses the rows."""
    found: Found = {}
    sets = list(labelled_sets())
    with steps("labelled sets", total=len(sets)) as step:
        for one in sets:
            scores: dict[str, Floats | None] = {PROJECT: _score(spark, one.values)}
            scores |= {name: detect(one.values) for name, detect in RIVALS.items()}
            found[one.name] = {
                name: None if score is None else Figures.of(one.is_unusual, score)
                for name, score in scores.items()
            }
            step.advance(one.name)
    return found


def on_planted_sales(sales: DataFrame, budget: float, clusters: tuple[int, ...]) -> list[list[str]]:
    """Return the rows of a table: each detector, on the same features of the same sales.

    Args:
        sales: What ``write_accepted_sales`` wrote.
        budget: Share of the sales that people can look at.
        clusters: The numbers of clusters with which sales are scored.
    """
    usuals = usuals_of(sales).persist()
    featured = with_features(sales, usuals).persist()
    with steps("planted sales"):
        config = AnomalyConfig(
            segment="segment",
            spaces=SPACES,
            clusters=clusters,
            flagged_share=budget,
            ids=("_row_id",),
        )
        scored = score_anomalies(featured, FEATURES, config).scores
        table = scored.select("_row_id", "score", *FEATURES).toArrow().sort_by("_row_id")
        kinds = sales.select("_row_id", "planted").toArrow().sort_by("_row_id")["planted"]
        values = np.column_stack([_filled(table[name]) for name in FEATURES])
        scores: dict[str, Floats | None] = {PROJECT: table["score"].to_numpy()}
        scores |= {name: detect(values) for name, detect in RIVALS.items()}
    planted = np.array(kinds.to_pylist(), dtype=object)
    return [
        [name, *_figures(score, planted, budget)]
        for name, score in scores.items()
        if score is not None
    ]


def planted_headers(kinds: Sequence[str]) -> list[str]:
    """Return the headers of the table of ``on_planted_sales``."""
    return [
        *("detector", "precision", "recall", "average precision", "AUROC"),
        *(f"recall of {kind.replace('_', ' ')}" for kind in kinds),
    ]


def _figures(scores: Floats, planted: Floats, budget: float) -> list[str]:
    is_planted: Flags = np.array([kind is not None for kind in planted])
    order = np.argsort(-scores, kind="stable")
    flagged = np.zeros(len(scores), dtype=bool)
    flagged[order[: int(np.ceil(budget * len(scores)))]] = True
    kinds = sorted({kind for kind in planted if kind is not None})
    figures = [
        float(is_planted[flagged].mean()),
        float(flagged[is_planted].mean()),
        float(average_precision_score(is_planted, scores)),
        float(roc_auc_score(is_planted, scores)),
        *(float(flagged[planted == kind].mean()) for kind in kinds),
    ]
    return [f"{figure:.3f}" for figure in figures]


def _score(spark: SparkSession, values: Floats) -> Floats:
    names = [f"f{number}" for number in range(values.shape[1])]
    columns = dict(zip(names, values.T, strict=True)) | {"_place": np.arange(len(values))}
    scored = score_anomalies(spark.createDataFrame(pa.table(columns)), names).scores
    table = scored.select("_place", "score").toArrow().sort_by("_place")
    scores: Floats = table["score"].to_numpy()
    return scores


def _filled(column: pa.ChunkedArray) -> Floats:
    """Return a column with the median in place of blanks, as the project takes them."""
    values = column.to_numpy(zero_copy_only=False).astype(np.float64)
    filled: Floats = np.where(np.isfinite(values), values, np.nanmedian(values))
    return filled
