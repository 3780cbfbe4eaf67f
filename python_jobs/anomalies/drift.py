"""How far rows have moved since a model was trained: the population stability index.

PSI is the sum over bins of ``(actual - expected) * ln(actual / expected)`` (Siddiqi 2006, "Credit
Risk Scorecards"); below 0.1 it is read as stable, above 0.25 as a shift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from python_jobs.anomalies.model import AnomalyModel
from python_jobs.anomalies.scaling import Floats

SHIFTED = 0.25
_BINS = 10
LEAST = 1e-4  # An empty bin would make the index infinite.


@dataclass(frozen=True)
class Drift:
    """How far rows are from those that a model learnt from.

    Attributes:
        features: Population stability index of each feature, by name.
        clusters: That of the shares of the model's clusters.
    """

    features: dict[str, float]
    clusters: float


def drift_from(model: AnomalyModel, values: Floats, segments: npt.NDArray[np.object_]) -> Drift:
    """Return the drift of values (rows, features), segments (rows,), from what a model learnt."""
    features = {
        name: psi(expected, bin_shares(column, edges))
        for name, column, edges, expected in zip(
            model.features, values.T, model.bin_edges, model.bin_shares, strict=True
        )
    }
    shown = model.ensemble[model.shown]
    nearest = shown.nearest(model.scales.to_space(values, segments, shown.space))[0]
    actual = np.bincount(nearest, minlength=len(shown.sizes)) / max(len(nearest), 1)
    return Drift(features, psi(shown.sizes / shown.sizes.sum(), actual))


def bins_of(values: Floats) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """Return for each column of values (rows, features) the inner edges of its bins, and shares.

    The edges are the deciles; where many cells are equal, there are fewer.
    """
    edges, shares = [], []
    for column in values.T:
        known = column[np.isfinite(column)]
        inner = np.quantile(known, np.arange(1, _BINS) / _BINS) if known.size else np.empty(0)
        edges.append(np.unique(inner))
        shares.append(bin_shares(column, edges[-1]))
    return tuple(edges), tuple(shares)


def bin_shares(column: Floats, edges: Floats) -> Floats:
    """Return the share of a column's cells in each bin, the last one for cells without number.

    Args:
        column: (rows,).
        edges: Inner edges of the bins, (edges,); a bin holds its upper edge.

    Returns:
        (edges + 2,), which add up to 1; all 0 for no rows.
    """
    places = np.searchsorted(edges, column, side="left")
    places[~np.isfinite(column)] = len(edges) + 1
    shares: Floats = np.bincount(places, minlength=len(edges) + 2) / max(len(column), 1)
    return shares


def psi(expected: Floats, actual: Floats) -> float:
    """Return the population stability index of two lists of shares, (bins,) each; 0 where equal."""
    before, after = np.maximum(expected, LEAST), np.maximum(actual, LEAST)
    return float(((after - before) * np.log(after / before)).sum())
