"""Spark's KMeans on scaled training rows."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.ml.clustering import KMeans, KMeansModel
from pyspark.ml.functions import array_to_vector
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies.model import Clustering, squared_distances
from python_jobs.anomalies.scaling import Floats

_ROUNDS = 10
_AT_ONCE = 4
_LEAST_ROWS = 10  # For each cluster: of fewer, each outlier would be a cluster of its own.


def fit_clusterings(
    spark: SparkSession,
    spaces: dict[str, Floats],
    clusters: tuple[int, ...],
    large_share: float,
    seed: int,
) -> list[Clustering]:
    """Cluster the points of each space once for each number of clusters.

    Args:
        spark: The session; MLlib does the work.
        spaces: For each space the points (rows, features), one row or more, in an order that hangs
            on nothing else than the points, since the first centres are drawn by place.
        clusters: Numbers of clusters; one above the number of different points, or above a tenth
            of all points, is passed over.
        large_share: Share of the rows that the large clusters hold together.
        seed: Seed of the first centres.

    Returns:
        The clusterings, by space and then in the order of ``clusters``.
    """
    # On few rows a fit is many short jobs, and most of the time nobody works: several at once.
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        fits: list[tuple[str, int, Future[KMeansModel] | None]] = []
        for space, points in spaces.items():
            most = min(len(np.unique(points, axis=0)), len(points) // _LEAST_ROWS)
            frame = _as_vectors(spark, points)
            for k in [k for k in clusters if k <= most] or [1]:
                kmeans = KMeans(k=k, seed=seed, maxIter=_ROUNDS, featuresCol="point")
                fits.append((space, k, pool.submit(kmeans.fit, frame) if k > 1 else None))
        clusterings = []
        for space, k, fit in fits:
            points = spaces[space]
            # The model answers only where its session is at home, which is this thread.
            centres = fit.result().clusterCenters() if fit else [points.mean(axis=0)]
            clusterings.append(make_clustering(points, space, k, np.array(centres), large_share))
    return clusterings


def make_clustering(
    points: Floats, space: str, k: int, centres: Floats, large_share: float
) -> Clustering:
    """Return the clustering of points (rows, features) around given centres."""
    labels = np.argmin(squared_distances(points, centres), axis=1)
    sizes = np.bincount(labels, minlength=len(centres))
    order = np.lexsort((*centres.T[::-1], -sizes))  # By size; ties by place.
    order = order[sizes[order] > 0]
    rank = np.empty(len(centres), dtype=np.int64)
    rank[order] = np.arange(len(order))
    labels, sizes, centres = rank[labels], sizes[order], centres[order]
    # Whole rows, for a sum of shares may miss the limit by a rounding error.
    needed = np.ceil(round(large_share * len(points), 6))
    large = int(np.searchsorted(np.cumsum(sizes), needed)) + 1
    one = Clustering(space, k, centres, sizes, large, 0.0, silhouette(points, labels, len(centres)))
    typical = float(np.median(one.nearest(points)[1].sum(axis=1)))
    return Clustering(space, k, centres, sizes, large, typical, one.silhouette)


def silhouette(points: Floats, labels: npt.NDArray[np.int64], clusters: int) -> float | None:
    """Return the mean silhouette under squared Euclidean distance.

    As Spark's ``ClusteringEvaluator`` works it out, without its jobs: the mean squared distance to
    a cluster of N points with sum s and sum of squares q is ``|x|² + q / N - 2 x·s / N``. A cluster
    of one point counts 0.

    Args:
        points: (rows, features).
        labels: Cluster of each point, (rows,).
        clusters: Number of clusters, each with a point or more.

    Returns:
        From -1 to 1; None for less than two clusters.
    """
    if clusters < 2:
        return None
    norms = (points**2).sum(axis=1)
    counts = np.bincount(labels, minlength=clusters).astype(np.float64)
    squares = np.bincount(labels, weights=norms, minlength=clusters)
    sums = np.zeros((clusters, points.shape[1]))
    np.add.at(sums, labels, points)
    means = norms[:, None] + (squares / counts)[None, :] - 2 * points @ (sums / counts[:, None]).T
    rows = np.arange(len(points))
    own_count = counts[labels]
    own = means[rows, labels] * own_count / np.maximum(own_count - 1, 1)
    means[rows, labels] = np.inf
    other = means.min(axis=1)
    widest = np.maximum(own, other)
    alone = (own_count == 1) | (widest <= 0)
    return float(np.where(alone, 0.0, (other - own) / np.where(alone, 1.0, widest)).mean())


def _as_vectors(spark: SparkSession, points: Floats) -> DataFrame:
    """Return the points as vectors in one partition, so that the same seed draws the same ones."""
    offsets = np.arange(0, points.size + 1, points.shape[1], dtype=np.int64)
    lists = pa.LargeListArray.from_arrays(offsets, points.ravel())
    frame = spark.createDataFrame(pa.table({"cells": lists}), "cells array<double>")
    vectors = frame.coalesce(1).select(array_to_vector(f.col("cells")).alias("point"))
    # Else each task of each fit carries all points with it.
    return vectors.localCheckpoint()
