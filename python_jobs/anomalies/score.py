"""The pure function: rows, features and a configuration in, scores and the model out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark import cloudpickle
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import NumericType

from python_jobs.anomalies.config import AnomalyConfig
from python_jobs.anomalies.drift import Drift, drift_from
from python_jobs.anomalies.model import AnomalyModel, Block
from python_jobs.anomalies.training import collect_training_rows, fit_model
from python_jobs.errors import P360Error

RESULT_TYPES = {
    "score": "double",
    "severity": "double",
    "is_anomaly": "boolean",
    "cluster": "int",
    "distance": "double",
    "shares": "map<string, double>",
}
_ADDED = ("_features", "_segment", "_scored")


@dataclass(frozen=True)
class Scored:
    """What scoring gives.

    Attributes:
        scores: The rows as they came, and the columns of ``RESULT_TYPES``.
        model: What was learnt, or what was given.
        drift: How far the rows are from those of an earlier model; None where none was given.
    """

    scores: DataFrame
    model: AnomalyModel
    drift: Drift | None = None


def score_anomalies(
    frame: DataFrame,
    features: Sequence[str],
    config: AnomalyConfig | None = None,
    model: AnomalyModel | None = None,
    before: AnomalyModel | None = None,
) -> Scored:
    """Score each row of a table by how unusual it is.

    The same rows, in whatever order and units, get the same scores. The driver holds the rows to
    learn from (``AnomalyConfig.most_rows``), never the table.

    Args:
        frame: Any table; rows come out as they came in, equal ones too.
        features: Its numeric columns to judge by. Blank cells and NaN count as usual.
        config: How to learn; as by default where not given.
        model: Score by this model, and learn nothing.
        before: Tell the drift from this model, of the same features.

    Returns:
        The scored rows, worked out when they are read, and the model.

    Raises:
        P360Error: A feature is missing, named twice or not numeric; the table has a column of the
            result's already, or no rows; or the model has other features.
    """
    config = config or AnomalyConfig()
    _check_columns(frame, features, config)
    for given in (model, before):
        if given is not None and given.features != tuple(features):
            raise P360Error(
                f"the model uses the features {', '.join(given.features)}, not "
                f"{', '.join(features)}; give the same features"
            )
    segment = f.col(quoted(config.segment)) if config.segment else f.lit(None)
    rows = frame.withColumns(
        {
            "_features": f.array(*(f.col(quoted(name)).cast("double") for name in features)),
            "_segment": segment.cast("string"),
        }
    )
    drift = None
    if model is None or before is not None:
        values, segments = collect_training_rows(rows, len(features), config)
        model = model or fit_model(frame.sparkSession, values, segments, features, config)
        drift = drift_from(before, values, segments) if before else None
    scored = rows.withColumn("_scored", _scorer(model)("_features", "_segment"))
    columns = [f.col(quoted(name)) for name in frame.columns]
    names = f.array(*(f.lit(name) for name in features))
    results = {name: f.col(f"_scored.{name}") for name in RESULT_TYPES}
    results["shares"] = f.map_from_arrays(names, results["shares"])
    added = [column.alias(name) for name, column in results.items()]
    return Scored(scored.select(*columns, *added), model, drift)


def quoted(name: str) -> str:
    """Return a column's name so that Spark takes dots and the like in it as they stand."""
    return "`" + name.replace("`", "``") + "`"


def _check_columns(frame: DataFrame, features: Sequence[str], config: AnomalyConfig) -> None:
    types = {field.name: field.dataType for field in frame.schema.fields}
    if not features:
        raise P360Error("no features are given; name the numeric columns to judge by")
    if len(set(types)) < len(frame.columns) or len(set(features)) < len(features):
        names = frame.columns if len(set(types)) < len(frame.columns) else features
        twice = next(name for name in names if list(names).count(name) > 1)
        raise P360Error(f"column '{twice}' appears twice; rename one, or name it once")
    for name in (*features, *((config.segment,) if config.segment else ())):
        if name not in types:
            raise P360Error(f"there is no column '{name}'; the table has {', '.join(types)}")
    for name in features:
        if not isinstance(types[name], NumericType):
            raise P360Error(
                f"column '{name}' is {types[name].simpleString()}, not a number; leave it out or "
                "cast it"
            )
    for name in (*RESULT_TYPES, *_ADDED):
        if name in types:
            raise P360Error(f"the table has a column '{name}' already; rename that one first")


def _scorer(model: AnomalyModel) -> Callable[..., Column]:
    """Return the column function that scores an array of features and a segment."""
    # Spark's Python workers get this package with the function: they need numpy and pyarrow only.
    cloudpickle.register_pickle_by_value(sys.modules[__package__])  # type: ignore[no-untyped-call]

    def score(features: pa.Array, segments: pa.Array) -> pa.Array:
        cells = features.flatten().to_numpy(zero_copy_only=False).astype(np.float64)
        values = cells.reshape(len(features), len(model.features))
        return _as_struct(model.score(values, np.array(segments.to_pylist(), dtype=object)))

    types = RESULT_TYPES | {"shares": "array<double>"}  # The names come in behind the workers.
    fields = ", ".join(f"{name}: {kind}" for name, kind in types.items())
    scorer: Callable[..., Column] = arrow_udf(score, f"struct<{fields}>")  # type: ignore[call-overload]
    return scorer


def _as_struct(block: Block) -> pa.StructArray:
    rows, width = block.shares.shape
    offsets = pa.array(np.arange(0, rows * width + 1, width, dtype=np.int32))
    columns = [
        pa.array(block.score),
        pa.array(block.severity),
        pa.array(block.is_anomaly),
        pa.array(block.cluster.astype(np.int32)),
        pa.array(block.distance),
        pa.ListArray.from_arrays(offsets, pa.array(block.shares.ravel())),
    ]
    return pa.StructArray.from_arrays(columns, names=list(RESULT_TYPES))
