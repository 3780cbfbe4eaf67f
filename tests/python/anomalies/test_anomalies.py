"""The scoring itself, on tiny cases worked out by hand; no server."""

from __future__ import annotations

import math

import numpy as np
import pytest

from python_jobs.anomalies import AnomalyConfig, AnomalyModel
from python_jobs.anomalies.config import Budget
from python_jobs.anomalies.drift import bin_shares, bins_of, drift_from, psi
from python_jobs.anomalies.kmeans import make_clustering, silhouette
from python_jobs.anomalies.model import Clustering, ensemble_shares
from python_jobs.anomalies.scaling import Scale, Scales
from python_jobs.anomalies.training import threshold_of
from python_jobs.errors import P360Error

NO_SEGMENTS = np.array([None] * 3, dtype=object)


def unscaled(features: int) -> Scales:
    """Scales that leave the standard space as it is."""
    one, nought = np.ones(features), np.zeros(features)
    return Scales(Scale(mean=nought, sd=one, median=nought, spread=one), {})


def clustering(**changes: object) -> Clustering:
    """Two clusters, a large one at (0, 0) and a small one at (10, 0)."""
    facts: dict[str, object] = {
        "space": "standard",
        "k": 2,
        "centres": np.array([[0.0, 0.0], [10.0, 0.0]]),
        "sizes": np.array([95, 5]),
        "large": 1,
        "typical": 4.0,
        "silhouette": 0.5,
    }
    return Clustering(**{**facts, **changes})  # type: ignore[arg-type]


def model() -> AnomalyModel:
    return AnomalyModel(
        features=("a", "b"),
        scales=unscaled(2),
        ensemble=(clustering(),),
        shown=0,
        threshold=1.0,
        score_values=np.array([0.0, 1.0, 2.0]),
        score_shares=np.array([0.5, 0.75, 1.0]),
        bin_edges=(np.array([0.0]), np.array([0.0])),
        bin_shares=(np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.5, 0.0])),
        training_rows=4,
    )


def test_distance_is_to_the_nearest_large_cluster() -> None:
    # (10, 0) lies on the small cluster and is 10 away from the large one: squared (100, 0).
    block = model().score(np.array([[10.0, 0.0], [3.0, 4.0], [0.0, 0.0]]), NO_SEGMENTS)
    assert block.cluster.tolist() == [1, 0, 0]
    assert block.distance.tolist() == [10.0, 5.0, 0.0]
    assert block.score == pytest.approx([math.log1p(25), math.log1p(25 / 4), 0.0], abs=1e-9)
    assert block.is_anomaly.tolist() == [True, True, False]
    assert block.shares[1] == pytest.approx(np.log1p(25 / 4) * np.array([9, 16]) / 25, abs=1e-9)


def test_severity_is_the_share_of_training_rows_that_score_no_higher() -> None:
    one = model()
    scores = np.array([0.0, 1.0, 1.5, 9.0])
    given = np.sqrt(np.expm1(scores) * 4)
    block = one.score(np.column_stack([given, np.zeros(4)]), np.array([None] * 4, dtype=object))
    assert block.severity == pytest.approx([50, 75, 87.5, 100], abs=1e-6)


def test_shares_add_up_to_the_score_exactly_in_any_order() -> None:
    chance = np.random.default_rng(3)
    values = chance.normal(size=(500, 7)) * 10.0 ** chance.integers(-6, 7, size=7)
    segments = np.array([None] * 500, dtype=object)
    scales = Scales.of(values, segments, 1)
    points = scales.to_space(values, segments, "robust")
    ensemble = tuple(
        make_clustering(points, "robust", k, points[chance.permutation(500)[:k]], 0.9)
        for k in (1, 3, 9)
    )
    shares = ensemble_shares(ensemble, scales, values, segments)
    total = shares.sum(axis=1)
    assert total.max() > 0
    for row, score in zip(shares, total, strict=True):
        for _ in range(3):
            assert sum(chance.permutation(row).tolist()) == score
        assert math.fsum(row) == score


def test_the_model_is_the_same_after_it_was_stored() -> None:
    values = np.array([[10.0, 0.5], [3.3, -4.1], [0.1, 7.7]])
    before, after = model(), AnomalyModel.from_json(model().to_json())
    for name in ("score", "severity", "shares", "distance", "cluster"):
        first = getattr(before.score(values, NO_SEGMENTS), name)
        assert (first == getattr(after.score(values, NO_SEGMENTS), name)).all()


def test_large_clusters_hold_nine_tenths_of_the_rows() -> None:
    points = np.array([[0.0]] * 60 + [[5.0]] * 30 + [[9.0]] * 10)
    one = make_clustering(points, "standard", 3, np.array([[9.0], [5.0], [0.0]]), 0.9)
    assert one.centres.ravel().tolist() == [0.0, 5.0, 9.0]
    assert one.sizes.tolist() == [60, 30, 10]
    assert one.large == 2
    assert make_clustering(points, "standard", 3, one.centres, 0.91).large == 3


def test_silhouette_of_four_points_by_hand() -> None:
    # Squared distances: within a pair 1, to the other pair's points 81 and 100, or 64 and 81.
    points, labels = np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([0, 0, 1, 1])
    outer, inner = 1 - 1 / 90.5, 1 - 1 / 72.5
    assert silhouette(points, labels, 2) == pytest.approx((2 * outer + 2 * inner) / 4)
    assert silhouette(points, np.zeros(4, dtype=np.int64), 1) is None


def test_scales_by_hand_and_columns_that_say_nothing() -> None:
    column = np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
    scale = Scale.of(np.column_stack([column, np.full(6, 0.1), np.full(6, np.nan)]))
    assert scale.mean[0] == scale.median[0] == 3
    assert scale.sd[0] == pytest.approx(math.sqrt(2))
    assert scale.spread[0] == pytest.approx(2 / 1.349)
    for space in ("standard", "robust"):
        scaled = scale.to_space(np.array([[5.0, 7.0, 7.0], [np.nan, 0.1, np.nan]]), space)
        assert scaled[0, 0] > 1
        assert scaled[:, 1:].ravel().tolist() == [0, 0, 0, 0]
        assert scaled[1, 0] == 0


def test_extreme_numbers_stay_numbers() -> None:
    values = np.array([[-1e300], [1e300], [0.0], [1e-300], [np.inf]])
    scale = Scale.of(values)
    for space in ("standard", "robust"):
        assert np.isfinite(scale.to_space(values, space)).all()


def test_a_thin_segment_falls_back_to_all_rows() -> None:
    values = np.array([[1.0], [3.0], [100.0], [300.0], [5.0]])
    segments = np.array(["a", "a", "b", "b", "thin"], dtype=object)
    scales = Scales.of(values, segments, thin=2)
    assert set(scales.by_segment) == {"a", "b"}
    scaled = scales.to_space(values, segments, "standard")
    assert scaled[:4].ravel().tolist() == [-1, 1, -1, 1]
    assert scaled[4] == scales.whole.to_space(values, "standard")[4]


@pytest.mark.parametrize(
    ("share", "flagged"), [(0.1, [9]), (0.25, [9, 8, 7]), (1.0, [9, 8, 7, 6, 5, 4, 3, 2, 1])]
)
def test_threshold_keeps_to_the_budget(share: float, flagged: list[int]) -> None:
    scores = np.arange(10.0)
    limit = threshold_of(scores, share)
    assert sorted(scores[scores > limit], reverse=True) == flagged


def test_equal_scores_are_flagged_together_or_not_at_all() -> None:
    assert threshold_of(np.array([1.0, 1.0, 1.0, 1.0]), 0.5) == 1.0
    assert threshold_of(np.array([0.0, 2.0, 2.0, 2.0]), 0.5) == 2.0


def test_psi_by_hand() -> None:
    before, after = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    by_hand = 0.4 * math.log(0.9 / 0.5) + (-0.4) * math.log(0.1 / 0.5)
    assert psi(before, after) == pytest.approx(by_hand)
    assert psi(before, before) == 0


def test_bins_hold_their_upper_edge_and_blank_cells_have_their_own() -> None:
    column, middle = np.array([1.0, 2.0, 3.0, np.nan]), np.array([2.0])
    assert bin_shares(column, middle).tolist() == [0.5, 0.25, 0.25]
    edges, shares = bins_of(np.arange(100.0).reshape(-1, 1))
    assert shares[0][:-1] == pytest.approx([0.1] * 10)
    assert len(edges[0]) == 9


def test_drift_is_nought_for_the_same_rows_and_tells_which_feature_moved() -> None:
    chance = np.random.default_rng(1)
    values, segments = chance.normal(size=(2000, 2)), np.array([None] * 2000, dtype=object)
    edges, shares = bins_of(values)
    facts = {**model().__dict__, "bin_edges": edges, "bin_shares": shares}
    one = AnomalyModel(**facts)
    same = drift_from(one, values, segments)
    assert same.features == {"a": 0.0, "b": 0.0}
    moved = drift_from(one, values + np.array([0.0, 1.5]), segments)
    assert moved.features["a"] == 0
    assert moved.features["b"] > 1


def test_budgets() -> None:
    assert Budget.parse("0.5%").share_of(1000, 3) == 0.005
    assert Budget.parse(" 20/day ").share_of(1000, 5) == 0.1
    assert Budget.parse("20/day").share_of(10, 5) == 1.0
    for text in ("", "0%", "101%", "5", "0/day", "-1%", "x"):
        with pytest.raises(P360Error, match="is not an alert budget"):
            Budget.parse(text)
    with pytest.raises(P360Error, match="flagged_share is 0"):
        AnomalyConfig(flagged_share=0)


def test_a_space_that_is_none_is_refused() -> None:
    with pytest.raises(P360Error, match="give one or more of standard, robust"):
        AnomalyConfig(spaces=("ranks",))
    with pytest.raises(P360Error, match="give one or more of standard, robust"):
        AnomalyConfig(spaces=())
