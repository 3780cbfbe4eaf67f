"""From rows to a model: which rows to learn from, and what is learnt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import MapType, VariantType

from python_jobs.anomalies.config import AnomalyConfig
from python_jobs.anomalies.drift import bins_of
from python_jobs.anomalies.kmeans import fit_clusterings
from python_jobs.anomalies.model import AnomalyModel, Clustering, ensemble_shares
from python_jobs.anomalies.scaling import Floats, Scales
from python_jobs.errors import P360Error

_POINTS = 2_000  # Of the score's distribution, evenly, and as many again in its upper end.
_BUCKETS = 1_000_003
_FAR_OFF = 0.1  # A sample whose size misses by more than this hangs on a few frequent rows.

Segments = npt.NDArray[np.object_]


def collect_training_rows(
    rows: DataFrame, width: int, config: AnomalyConfig
) -> tuple[Floats, Segments]:
    """Return all rows to learn from, or as many as the configuration allows.

    Args:
        rows: Columns ``_features`` (array of double) and ``_segment`` (text), beside others.
        width: Number of features.
        config: How many.

    Which ones hangs on what they hold, not on their order: those whose hash falls below a limit.
    Where that gives far too many or too few, since a few rows make up most of the table, equal
    rows are counted first and each frequent one is taken as often as its share asks for. Where all
    rows are to be left out, none is: there must be something to hold them against.

    Returns:
        Values (rows, features) and segments (rows,).

    Raises:
        P360Error: There is none.
    """
    if config.left_out:
        others = rows.where(~f.coalesce(f.col(_quoted(config.left_out)), f.lit(False)))
        rows = rows if others.isEmpty() else others
    most = max(1, min(config.most_rows, config.most_cells // max(width, 1)))
    count = rows.count()
    if count == 0:
        raise P360Error("the table has no rows to train on; choose a table with rows")
    chosen = rows
    if count > most:
        below = _bucket(rows, config) < round(_BUCKETS * most / count)
        chosen = rows.where(below)
    table = chosen.select("_features", "_segment").limit(2 * most).toArrow()
    if count > most and abs(table.num_rows / most - 1) > _FAR_OFF:
        table = _frequent_and_rare(rows, count, most).toArrow()
    cells = table["_features"].combine_chunks().flatten()
    values = cells.to_numpy(zero_copy_only=False).astype(np.float64).reshape(-1, width)
    segments = np.array(table["_segment"].to_pylist(), dtype=object)
    if "_times" in table.column_names:
        times = table["_times"].to_numpy()
        values, segments = np.repeat(values, times, axis=0), np.repeat(segments, times)
    return values, segments


def fit_model(
    spark: SparkSession,
    values: Floats,
    segments: Segments,
    features: Sequence[str],
    config: AnomalyConfig,
) -> AnomalyModel:
    """Learn from values (rows, features) and their segments (rows,)."""
    scales = Scales.of(values, segments, config.thin_segment)
    spaces = {space: scales.to_space(values, segments, space) for space in config.spaces}
    ensemble = fit_clusterings(
        spark,
        {space: points[np.lexsort(points.T)] for space, points in spaces.items()},
        config.clusters,
        config.large_share,
        config.seed,
    )
    scores = np.sort(ensemble_shares(tuple(ensemble), scales, values, segments).sum(axis=1))
    grid_values, grid_shares = _distribution(scores)
    edges, shares = bins_of(values)
    return AnomalyModel(
        features=tuple(features),
        scales=scales,
        ensemble=tuple(ensemble),
        shown=_shown(ensemble),
        threshold=threshold_of(scores, config.flagged_share),
        score_values=grid_values,
        score_shares=grid_shares,
        bin_edges=edges,
        bin_shares=shares,
        training_rows=len(scores),
    )


def threshold_of(scores: Floats, share: float) -> float:
    """Return the score above which lie at most that share of the scores, in rising order.

    The share is rounded up to whole rows, so a small table has one row to show; of equal scores
    at the limit none is above.
    """
    flagged = min(int(np.ceil(round(share * len(scores), 6))), len(scores) - 1)
    return float(scores[len(scores) - 1 - flagged])


def _shown(ensemble: Sequence[Clustering]) -> int:
    """Return the place of the robust clustering with the best silhouette; else of the last one."""
    robust = [place for place, one in enumerate(ensemble) if one.space == "robust"]
    return max(
        robust or range(len(ensemble)),
        key=lambda place: (ensemble[place].silhouette or -1.0, -place),
    )


def _distribution(scores: Floats) -> tuple[Floats, Floats]:
    """Return scores, in rising order, and the share of all that is at most so much."""
    rows = len(scores)
    places = np.linspace(0, rows - 1, min(rows, _POINTS)).astype(np.int64)
    places = np.union1d(places, np.arange(max(rows - _POINTS, 0), rows))
    values = np.unique(scores[places])
    return values, np.searchsorted(scores, values, side="right") / rows


def _bucket(rows: DataFrame, config: AnomalyConfig) -> Column:
    """Return a number from 0 to ``_BUCKETS`` that hangs on what the row holds."""
    ids = config.ids or tuple(
        field.name
        for field in rows.schema.fields
        if not isinstance(field.dataType, MapType | VariantType) and field.name != "_features"
    )
    return f.pmod(f.xxhash64(*(f.col(_quoted(name)) for name in ids)), f.lit(_BUCKETS))


def _frequent_and_rare(rows: DataFrame, count: int, most: int) -> DataFrame:
    """Return different rows and how often to take each, about ``most`` in all."""
    counted = rows.groupBy("_features", "_segment").agg(f.count("*").alias("_count"))
    rate = most / count
    expected = f.col("_count") * rate
    bucket = f.pmod(f.xxhash64("_features", "_segment"), f.lit(_BUCKETS)) / _BUCKETS
    # The whole part always, one more with the probability of the rest.
    times = f.floor(expected) + (bucket < expected - f.floor(expected)).cast("bigint")
    return counted.select("_features", "_segment", times.alias("_times")).where("_times > 0")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
