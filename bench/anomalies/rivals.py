"""The detectors that the project's is held against, each as its authors or users run it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pyod.models.cblof import CBLOF
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from sklearn.preprocessing import StandardScaler

from bench.anomalies.labelled import Floats

_MAD_TO_SD = 1.4826  # Median absolute deviation to standard deviation, of a normal distribution.
_FEWEST_CLUSTERS = 2

Detector = Callable[[Floats], Floats | None]


def cblof(values: Floats) -> Floats | None:
    """PyOD's CBLOF; with fewer clusters where it finds no border between large and small ones.

    Where it finds none with any number of clusters, it refuses the rows: there are no scores.
    """
    scaled = StandardScaler().fit_transform(values)
    for clusters in range(8, _FEWEST_CLUSTERS - 1, -1):
        try:
            return _scores(CBLOF(n_clusters=clusters, random_state=0).fit(scaled))
        except ValueError:
            continue
    return None


def iforest(values: Floats) -> Floats:
    """PyOD's Isolation Forest, the mean of three seeds."""
    runs = [_scores(IForest(random_state=n).fit(values)) for n in range(3)]
    mean: Floats = np.mean(runs, axis=0)
    return mean


def knn(values: Floats) -> Floats:
    """PyOD's distance to the fifth neighbour, standardised."""
    return _scores(KNN().fit(StandardScaler().fit_transform(values)))


def ecod(values: Floats) -> Floats:
    """PyOD's ECOD."""
    return _scores(ECOD().fit(values))


def median_mad(values: Floats) -> Floats:
    """The largest of the distances to the medians, in median absolute deviations."""
    apart = np.abs(values - np.median(values, axis=0))
    spread = np.median(apart, axis=0) * _MAD_TO_SD
    spread = np.where(spread > 0, spread, np.maximum(values.std(axis=0), 1e-12))
    largest: Floats = (apart / spread).max(axis=1)
    return largest


def _scores(fitted: CBLOF | IForest | KNN | ECOD) -> Floats:
    return np.nan_to_num(np.asarray(fitted.decision_scores_, dtype=np.float64))


RIVALS: dict[str, Detector] = {
    "CBLOF": cblof,
    "IForest": iforest,
    "KNN": knn,
    "ECOD": ecod,
    "median/MAD": median_mad,
}
