"""The figures of ``make bench-anomalies``, on made-up scores; no Spark."""

from __future__ import annotations

import numpy as np
import pytest

from bench.anomalies.__main__ import means
from bench.anomalies.labelled import half_of
from bench.anomalies.quality import DETECTORS, Figures, Found


def found() -> Found:
    """Three sets, of which one was refused by the second detector."""
    base = {name: Figures(0.5, 0.1) for name in DETECTORS}
    return {
        "wisconsin": {**base, DETECTORS[0]: Figures(0.9, 0.4)},
        "wdbc": {**base, DETECTORS[0]: Figures(0.7, 0.2)},
        "pima": {**base, DETECTORS[0]: Figures(0.1, 0.9), DETECTORS[1]: None},
    }


def test_means_are_over_the_sets_of_which_all_gave_scores() -> None:
    rows = {row[0]: row[1:] for row in means(found())}
    # Mean, of the first half, of the second half, average precision, median, lowest.
    assert rows[DETECTORS[0]] == [
        *("0.800", "0.900", "0.700", "0.300", "0.800", "0.700"),
        *("2", "0"),
    ]
    assert rows[DETECTORS[1]][-1] == "1"


def test_sets_of_the_same_rows_are_in_the_same_half() -> None:
    for one, other in (("segment", "segment0"), ("vowel", "vowel0"), ("yeast4", "yeast6")):
        assert half_of(one) == half_of(other)
    assert {half_of(name) for name in ("wisconsin", "wdbc")} == {0, 1}


def test_figures_are_those_of_the_ranks() -> None:
    figures = Figures.of(np.array([True, False, True, False]), np.array([4.0, 3.0, 2.0, 1.0]))
    assert figures.auroc == pytest.approx(0.75)
    assert figures.precision == pytest.approx((1 + 2 / 3) / 2)
