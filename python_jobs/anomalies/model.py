"""What a scoring has learnt, and the score itself.

For each space and each number of clusters k, KMeans gives centres. The largest clusters that
together hold ``large_share`` of the rows count as normal; the others do not, however near a row is
to them (CBLOF: He, Xu and Deng 2003, "Discovering cluster-based local outliers"). With D² the
squared distance of a row to the nearest centre of a large cluster, and m the median of D² over the
training rows, the row's score is the mean over all spaces and k of::

    log(1 + D² / m)

D² is a sum over features, so each feature has a share in it, and in the score: the mean of
``log(1 + D² / m) * d_j² / D²`` over spaces and k. Shares are rounded to a multiple of 2^-40, and
the score is their sum, so they add up to it exactly, in whatever order they are added.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from python_jobs.anomalies.scaling import Floats, Scale, Scales

_GRID = float(1 << 40)


@dataclass(frozen=True)
class Clustering:
    """One KMeans of the ensemble, its clusters from the largest to the smallest.

    Attributes:
        space: ``standard`` or ``robust``.
        k: Number of clusters that was asked for.
        centres: (clusters, features), in the space's own scale.
        sizes: Training rows of each cluster, (clusters,).
        large: How many of the clusters count as normal: the first so many.
        typical: Median over the training rows of D², the squared distance to the nearest of these.
        silhouette: Silhouette (squared Euclidean) from -1 to 1; None for one cluster.
    """

    space: str
    k: int
    centres: Floats
    sizes: npt.NDArray[np.int64]
    large: int
    typical: float
    silhouette: float | None

    def nearest(self, points: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return for points (rows, features) the nearest cluster, and the parts of D² by feature.

        Returns:
            Number of the nearest of all clusters, (rows,), and the squared differences to the
            centre of the nearest large one, (rows, features).
        """
        distances = squared_distances(points, self.centres)
        nearest_large = np.argmin(distances[:, : self.large], axis=1)
        return np.argmin(distances, axis=1), (points - self.centres[nearest_large]) ** 2

    def excess(self, squared: Floats) -> Floats:
        """Return log(1 + D² / m) for D² (rows,); where half of all D² are 0, m is 1."""
        return np.log1p(squared / (self.typical or 1.0))


@dataclass(frozen=True)
class Block:
    """Scores of some rows; every array is (rows,) but for the shares.

    Attributes:
        score: 0 or more, without unit; higher is more unusual.
        severity: Percentage of the training rows whose score is not higher, 0 to 100.
        is_anomaly: Whether the score is above the threshold.
        cluster: Number of the nearest cluster, 0 for the largest.
        distance: Distance to the nearest large cluster, in robust scales.
        shares: Share of each feature in the score, (rows, features); they add up to it.
    """

    score: Floats
    severity: Floats
    is_anomaly: npt.NDArray[np.bool_]
    cluster: npt.NDArray[np.int64]
    distance: Floats
    shares: Floats


@dataclass(frozen=True)
class AnomalyModel:
    """Everything that scoring a row needs; rows score the same however often it is stored and read.

    Attributes:
        features: Names of the features.
        scales: Their scales.
        ensemble: The clusterings.
        shown: Which of them tells ``cluster`` and ``distance``.
        threshold: Rows that score higher are flagged.
        score_values: Scores of training rows in rising order, (points,).
        score_shares: Share of the training rows that score at most so much, (points,).
        bin_edges: For each feature the inner edges of its bins, for drift.
        bin_shares: For each feature the share of the training rows in each bin.
        training_rows: Rows that it learnt from.
    """

    features: tuple[str, ...]
    scales: Scales
    ensemble: tuple[Clustering, ...]
    shown: int
    threshold: float
    score_values: Floats
    score_shares: Floats
    bin_edges: tuple[Floats, ...]
    bin_shares: tuple[Floats, ...]
    training_rows: int

    def score(self, values: Floats, segments: npt.NDArray[np.object_]) -> Block:
        """Score rows.

        Args:
            values: (rows, features); NaN where a cell is blank.
            segments: Segment of each row, (rows,); None where it has none.
        """
        shares = ensemble_shares(self.ensemble, self.scales, values, segments)
        score = shares.sum(axis=1)
        shown = self.ensemble[self.shown]
        cluster, parts = shown.nearest(self.scales.to_space(values, segments, shown.space))
        return Block(
            score=score,
            severity=100 * np.interp(score, self.score_values, self.score_shares, left=0.0),
            is_anomaly=score > self.threshold,
            cluster=cluster,
            distance=np.sqrt(parts.sum(axis=1)),
            shares=shares,
        )

    def to_json(self) -> str:
        """Return the model as text; ``from_json`` gives back the same one."""
        return json.dumps(
            {
                "features": self.features,
                "scale": self.scales.whole.as_dict(),
                "segment_scales": {n: s.as_dict() for n, s in self.scales.by_segment.items()},
                "ensemble": [_clustering_as_dict(one) for one in self.ensemble],
                "shown": self.shown,
                "threshold": self.threshold,
                "score_values": self.score_values.tolist(),
                "score_shares": self.score_shares.tolist(),
                "bin_edges": [edges.tolist() for edges in self.bin_edges],
                "bin_shares": [shares.tolist() for shares in self.bin_shares],
                "training_rows": self.training_rows,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> AnomalyModel:
        """Return the model that ``to_json`` wrote."""
        content = json.loads(text)
        segments = content["segment_scales"].items()
        return cls(
            features=tuple(content["features"]),
            scales=Scales(
                Scale.from_dict(content["scale"]), {n: Scale.from_dict(s) for n, s in segments}
            ),
            ensemble=tuple(_clustering_from_dict(one) for one in content["ensemble"]),
            shown=content["shown"],
            threshold=content["threshold"],
            score_values=np.array(content["score_values"]),
            score_shares=np.array(content["score_shares"]),
            bin_edges=tuple(np.array(edges) for edges in content["bin_edges"]),
            bin_shares=tuple(np.array(shares) for shares in content["bin_shares"]),
            training_rows=content["training_rows"],
        )


def ensemble_shares(
    ensemble: tuple[Clustering, ...],
    scales: Scales,
    values: Floats,
    segments: npt.NDArray[np.object_],
) -> Floats:
    """Return the share of each feature in the score of each row, (rows, features)."""
    points = {
        space: scales.to_space(values, segments, space)
        for space in dict.fromkeys(one.space for one in ensemble)
    }
    total = np.zeros(values.shape)
    for clustering in ensemble:
        parts = clustering.nearest(points[clustering.space])[1]
        squared = parts.sum(axis=1)
        weight = clustering.excess(squared) / np.where(squared > 0, squared, 1.0)
        total += parts * weight[:, None]
    rounded: Floats = np.round(total / len(ensemble) * _GRID) / _GRID
    return rounded


def squared_distances(points: Floats, centres: Floats) -> Floats:
    """Return the squared distance of points (rows, features) to each centre, (rows, centres)."""
    squares = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None, :]
    distances: Floats = np.maximum(squares - 2 * points @ centres.T, 0.0)
    return distances


def _clustering_as_dict(one: Clustering) -> dict[str, Any]:
    return {
        "space": one.space,
        "k": one.k,
        "centres": one.centres.tolist(),
        "sizes": one.sizes.tolist(),
        "large": one.large,
        "typical": one.typical,
        "silhouette": one.silhouette,
    }


def _clustering_from_dict(content: dict[str, Any]) -> Clustering:
    arrays = {"centres": np.array(content["centres"]), "sizes": np.array(content["sizes"])}
    return Clustering(**{**content, **arrays})
