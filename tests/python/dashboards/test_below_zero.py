"""Net sales below zero, where more came back than was sold: drawn, compared and named rightly."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from dashboards import figures
from dashboards.blocks.card import spark_line
from dashboards.data.metric_words import MetricWords, Words
from dashboards.data.store import Data
from dashboards.filters import Filters
from dashboards.formats import Formats
from dashboards.page import View
from dashboards.theme import palette
from dashboards.wording import gross_name, money_name

FORMATS = Formats("en_GB", "EUR", 1)
DATA = SimpleNamespace(metrics=MetricWords(net_sales=Words("Net revenue", "", "currency", "")))


@pytest.mark.parametrize("values", [[-5.0, 10.0, 0.0], [-5.0, -1.0], [3.0, 1.0]])
def test_a_small_line_stays_inside_its_picture(values: list[float]) -> None:
    picture = spark_line(values, "#000")
    svg = base64.b64decode(picture.partition(",")[2]).decode()
    heights = [float(y) for _, y in re.findall(r"([\d.-]+),([\d.-]+)", svg)]
    assert len(heights) == len(values)
    assert all(2 <= y <= 26 for y in heights)
    assert heights.index(min(heights)) == values.index(max(values))


@pytest.mark.parametrize("values", [[30.0, 10.0, -20.0], [-1.0, -4.0], [5.0]])
def test_a_bar_below_zero_has_room(values: list[float]) -> None:
    names = [str(value) for value in values]
    series = figures.Series("Net sales", values, names, "#000", labels=names)
    drawn = figures.ranked(series, palette("light"), FORMATS, faded=frozenset())
    low, high = drawn["layout"]["xaxis"]["range"]
    assert low < min(values) if min(values) < 0 else low == 0
    assert high > max(0.0, *values)


def test_nothing_is_a_share_of_less_than_nothing() -> None:
    assert FORMATS.change(Decimal(5), Decimal(-10), more_is="good").text == "no comparison"
    fallen = FORMATS.change(Decimal(-5), Decimal(10), more_is="good")
    assert (fallen.text, fallen.tone) == ("▼ 150.0 %", "bad")


@pytest.mark.parametrize(
    ("statuses", "money", "gross"),
    [
        ((), "Net revenue", "Gross sales"),
        (("Returned", "Completed"), "Net revenue", "Gross sales"),
        (("Completed",), "Gross sales", "Gross sales"),
        (("Returned",), "Returned sales", "Returned sales"),
        (("Cancelled", "Pending"), "Sales, cancelled and pending", "Sales, cancelled and pending"),
        (
            ("Completed", "Pending", "Returned"),
            "Sales, completed and pending less returned",
            "Sales, completed and pending",
        ),
    ],
)
def test_a_sum_is_called_by_what_it_holds(
    statuses: tuple[str, ...], money: str, gross: str
) -> None:
    filters = Filters(statuses=statuses)
    view = View(cast(Data, DATA), filters, palette("light"), "/", datetime(2026, 1, 1))
    assert (money_name(view), gross_name(view)) == (money, gross)
