"""The Python model of segments: its functions by hand, without Spark."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pandas as pd
import pytest
from conftest import REPOSITORY


@pytest.fixture(scope="module")
def segments() -> Any:
    """Return the model's file as a module."""
    file = REPOSITORY / "models" / "gold" / "gold_customer_segments.py"
    spec = spec_from_file_location("gold_customer_segments", file)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def customers(*rows: tuple[int, int, float]) -> pd.DataFrame:
    columns = ["days_since_last_order", "completed_order_count", "net_amount"]
    return pd.DataFrame(rows, columns=columns)


def test_scores_are_fifths_and_equal_values_score_alike(segments: Any) -> None:
    assert segments.score(pd.Series(range(10))).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert segments.score(pd.Series([1, 1, 1, 1, 9])).tolist() == [3, 3, 3, 3, 5]
    assert segments.score(pd.Series([7])).tolist() == [5]


def test_each_segment(segments: Any) -> None:
    found = segments.with_segments(
        customers((1, 50, 500), (2, 1, 10), (3, 30, 300), (4, 2, 20), (90, 40, 400))
    )
    assert found["recency_score"].tolist() == [5, 4, 3, 2, 1]
    assert found["frequency_score"].tolist() == found["amount_score"].tolist() == [5, 1, 3, 2, 4]
    expected = ["Champions", "New or occasional", "Loyal", "Hibernating", "At risk"]
    assert found["segment"].tolist() == expected
    cooling = segments.with_segments(
        customers((3, 1, 1), (1, 9, 9), (2, 8, 8), (4, 7, 7), (5, 6, 6))
    )
    assert cooling["segment"][0] == "Cooling off"


def test_no_customers(segments: Any) -> None:
    assert segments.with_segments(customers()).empty
