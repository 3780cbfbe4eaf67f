"""No figure is a riddle: no SI prefix below one, no percentage of a rate, none that is cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from browser.sample import sample_data
from browser.test_numbers import contents
from browser.workspace import dashboard_settings

from dashboards import figures
from dashboards.blocks import ChartContents
from dashboards.columns import CUSTOMERS, PRODUCTS, REJECTED, SALES, UNUSUAL
from dashboards.data.grids import grid_rows, whole
from dashboards.data.store import Data
from dashboards.figures.axes import amount_axis, log_axis, round_ticks
from dashboards.filters import Filters
from dashboards.formats import Formats
from dashboards.pages.registry import PAGES
from dashboards.theme import palette

POUNDS = Formats("en_GB", "GBP", 1)
# What d3 calls "s" writes a tenth as 100m.
_SHORT = re.compile(r"[~\d]s\b")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return sample_data(dashboard_settings(tmp_path_factory.mktemp("figures")), 2_000)


def formats_in(part: Any, name: str = "") -> Iterator[str]:
    """Yield every format that a figure gives to Plotly."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from formats_in(value, str(key))
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from formats_in(value, name)
    elif isinstance(part, str) and ("format" in name or "template" in name):
        yield part


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_no_axis_and_no_tooltip_uses_prefixes(data: Data, path: str) -> None:
    for block in contents(data, path, Filters(period="52w")).values():
        figure = getattr(block, "figure", None)
        if figure is None:
            continue
        assert not [one for one in formats_in(figure) if _SHORT.search(one)]
        for axis in ("xaxis", "yaxis"):
            shown = figure["layout"][axis]
            assert shown.get("visible") is False or shown["exponentformat"] == "none"


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        ([0.05, 168_469.6], "£0.01", "£1,000,000"),
        ([3, 20], "£1", "£100"),
        ([], "£1", "£10"),
    ],
)
def test_a_tenth_of_a_pound_is_no_million(values: list[float], first: str, last: str) -> None:
    ticks = log_axis(POUNDS, values, is_money=True)["ticktext"]
    assert (ticks[0], ticks[-1].replace("£1M", "£1,000,000")) == (first, last)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0, 0.4], ["£0.00", "£0.10", "£0.20", "£0.30", "£0.40"]),
        ([1_700.0], ["£0", "£500", "£1,000", "£1,500", "£2,000"]),
        ([2.4e6], ["£0", "£500,000", "£1M", "£1.5M", "£2M", "£2.5M"]),
        ([-50.0, 100.0], ["-£50", "£0", "£50", "£100"]),
    ],
)
def test_ticks_of_money_are_written_in_full(values: list[float], texts: list[str]) -> None:
    assert amount_axis(POUNDS, values, "money")["ticktext"] == texts


@pytest.mark.parametrize("ends", [(0, 1), (-3, 7), (0, 1e-4), (0, 9.9e9), (0, 0)])
def test_ticks_span_the_values(ends: tuple[float, float]) -> None:
    ticks = round_ticks(*ends)
    assert ticks[0] <= ends[0] <= ends[1] <= ticks[-1]
    assert 0 in ticks
    assert len(ticks) < 9


def test_a_rate_changes_in_points() -> None:
    change = POUNDS.change_of_rate(Decimal("0.041"), Decimal("0.0326"), more_is="bad")
    assert (change.text, change.tone) == ("▲ 0.8 points", "bad")
    assert POUNDS.change_of_rate(Decimal("0.02"), Decimal("0.03"), more_is="bad").tone == "good"
    assert POUNDS.change_of_rate(None, Decimal("0.03"), more_is="bad").text == "no comparison"


@pytest.mark.parametrize("columns", [SALES, CUSTOMERS, PRODUCTS, UNUSUAL])
def test_the_columns_of_a_grid_stand_beside_each_other(columns: list[dict[str, Any]]) -> None:
    assert sum(column["minWidth"] for column in columns) <= 1068  # Its room on 1366 pixels.
    for column in [*columns, *REJECTED]:
        if column["field"] in ("sales", "amount", "before", "returned", "readable_amount"):
            # The largest that an amount may be, at 7.5 pixels a figure beside the cell's edges.
            assert column["minWidth"] >= len("£12,345,678.90") * 7.5 + 18


def test_a_share_in_a_file_is_one_to_read(data: Data) -> None:
    header, *rows = whole(data, "customers", Filters(period="all"))
    shares = [row[header.index("share")] for row in rows]
    assert max(len(str(share)) for share in shares) <= len("0.1567")
    assert sum(shares) == pytest.approx(1, abs=0.01)


def test_a_grid_names_customers_that_have_no_name(data: Data) -> None:
    filters = Filters(period="all", customers=("(unknown)",))
    rows = grid_rows(data, "unusual-sales", filters.with_extra("budget", "5"), {"endRow": 50})
    assert rows["rowData"]
    assert {row["customer_name"] for row in rows["rowData"]} == {"(unknown)"}


def test_who_has_no_customer_is_in_no_ranking(data: Data) -> None:
    chart = contents(data, "/customers", Filters(period="all"))["customers-top"]
    assert "(unknown)" not in chart.figure["layout"]["yaxis"]["ticktext"]
    assert "have no customer and no rank" in chart.summary


def test_a_line_is_named_at_its_end() -> None:
    series = [
        figures.Series(name, ["2025-01-01", "2025-01-02"], [1.0, end], color)
        for name, end, color in (("this period", 5.0, "#000"), ("previous (May)", 5.1, "#111"))
    ]
    layout = figures.lines(series, palette("light"), POUNDS)["layout"]
    assert layout["showlegend"] is False
    assert [one["text"] for one in layout["annotations"]] == ["this period", "previous"]
    first, second = (one["y"] for one in layout["annotations"])
    assert second - first >= 0.3  # Apart, though the lines end together.


def test_a_bar_is_named_beside_its_last_part() -> None:
    series = [
        figures.Series(name, ["2025-01-01", "2025-01-08"], [50.0, end], color)
        for name, end, color in (
            ("Completed", 96.0, "#111"),
            ("Pending", 2.0, "#222"),
            ("Returned sales in all", 2.0, "#333"),
        )
    ]
    layout = figures.stacked(series, palette("light"), POUNDS, is_share=True)["layout"]
    assert layout["showlegend"] is False
    found = {one["text"]: one["y"] for one in layout["annotations"]}
    completed, pending, returned = found.values()
    assert completed == pytest.approx(0.48)  # The middle of its part.
    assert returned <= 1  # Above the axis it would not be drawn.
    assert returned - pending >= 0.085  # Apart, though both parts are thin.
    assert [one.partition("</span> ")[2] for one in found] == [
        "Completed",
        "Pending",
        "Returned sales<br>\u2003in all",
    ]
    assert all(color in text for color, text in zip(("#111", "#222", "#333"), found, strict=True))
    back = [replace(series[0], y=[5.0, 40.0]), replace(series[1], y=[-5.0, -20.0])]
    layout = figures.stacked(back, palette("light"), POUNDS, unit="money")["layout"]
    assert [one["y"] for one in layout["annotations"]] == [-10, 20]


def test_no_chart_has_a_legend_but_where_marks_cannot_be_named(data: Data) -> None:
    legends = {
        name
        for page in PAGES
        for name, one in contents(data, page.path, Filters(period="52w")).items()
        if isinstance(one, ChartContents) and one.figure["layout"].get("showlegend")
    }
    # Shades of a map, clouds of points, and parts that are thinner than a word.
    assert legends == {"where-map", "unusual-clusters", "unusual-past", "health-loads"}
