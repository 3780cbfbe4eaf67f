"""Countries on the map, small lines, small multiples and weeks, against the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from browser.conftest import settle
from browser.oracle import Row, random_filters
from browser.sample import sample_data
from browser.test_new_figures import counted, sums
from browser.test_numbers import NOW, contents, rows_of
from browser.workspace import dashboard_settings
from dashboards.data import groups
from dashboards.data.grids import grid_rows
from dashboards.data.over_time import first_days
from dashboards.data.store import Data
from dashboards.data.weekly import whole_weeks
from dashboards.days import Days
from dashboards.filters import Filters, parse
from dashboards.multiples import by_tabs, multiples
from dashboards.page import View
from dashboards.pages.where.world import world
from dashboards.theme import palette

Open = Callable[..., Any]
_TRENDS = {"countries": "country", "products": "product", "customers": "customer"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return sample_data(dashboard_settings(tmp_path_factory.mktemp("places")), 1_500)


@pytest.fixture(scope="module")
def sales(data: Data) -> list[Row]:
    """The sales, each with the segment of its customer."""
    segments = {
        one["customer"]: one["segment"] for one in rows_of(data, "semantic_segmented_customers")
    }
    return [
        row | {"segment": segments.get(row["customer"], groups.NO_SEGMENT)}
        for row in rows_of(data, "semantic_sales")
    ]


def view_of(data: Data, filters: Filters, path: str = "/where") -> View:
    return View(data, filters, palette("light"), path, NOW)


def cells(chart: Any, column: int) -> dict[str, str]:
    """Return a column of a chart's table by the name in its first."""
    return {getattr(row[0], "text", row[0]): row[column] for row in chart.table.rows}


def test_200_random_filters_agree_with_the_rows(data: Data, sales: list[Row]) -> None:
    customers = sorted({row["customer"] for row in sales})
    money, seen = data.formats.money, set()
    for seed in range(200):
        filters = random_filters(data.domain, customers, seed)
        view = view_of(data, filters)
        everywhere = view.without("countries")
        now = counted(sales, everywhere, view.days)
        past = counted(sales, everywhere, view.before) if view.before else []
        found = groups.by_value(data, everywhere, view.days, view.before, "country")
        chart = world(view, found, "world")
        want, earlier = sums(now, "country"), sums(past, "country")
        both = {name: want.get(name, Decimal(0)) for name in {*want, *earlier}}
        if now:
            assert cells(chart, 1) == {name: money(amount) for name, amount in both.items()}
            assert cells(chart, -1) == {
                name: data.formats.count(_known_buyers(now, name)) for name in both
            }
        if now and view.before:
            assert cells(chart, 2) == {name: money(earlier.get(name, 0)) for name in both}
        _check_multiples(data, sales, view, ("category", "country", "segment")[seed % 3])
        _check_trends(data, sales, filters, tuple(_TRENDS)[seed % 3])
        _check_weeks(data, sales, filters)
        seen.add(tuple(want.values()))
    assert len(seen) > 120  # Else the filters were all alike.


def _known_buyers(now: list[tuple[Row, Decimal]], country: str) -> int:
    here = {row["customer"] for row, amount in now if row["country"] == country and amount > 0}
    return len(here - {"(unknown)"})


def _check_multiples(data: Data, sales: list[Row], view: View, column: str) -> None:
    view = view_of(data, view.filters.with_extra("by", column), "/time")
    drawn = multiples(view)
    now = counted(sales, view.filters, view.days)
    past = counted(sales, view.filters, view.before) if view.before else []
    want, earlier = sums(now, column), sums(past, column)
    names = sorted({*want, *earlier}, key=lambda one: (-want.get(one, Decimal(0)), one))[:12]
    assert [one.name for one in drawn.charts] == names
    for one in drawn.charts:
        assert round(sum(one.now) * 100) == want.get(one.name, 0) * 100
        assert not view.before or round(sum(one.before) * 100) == earlier.get(one.name, 0) * 100
        assert max(len(one.now), len(one.before)) == len(drawn.table.rows)
        # All of them fit the axis that they share.
        assert drawn.ticks[0][0] <= min(one.now) <= max(one.now) <= drawn.ticks[-1][0]
    if drawn.charts and len(drawn.charts[0].now) > 1:  # Not only together, bucket by bucket.
        starts = first_days(data, view.days, groups.small_grain(view.days))
        first = drawn.charts[0]
        second = [
            amount
            for row, amount in now
            if row[column] == first.name and starts[1] <= row["sale_date"] < _end(starts, 1)
        ]
        assert round(first.now[1] * 100) == sum(second) * 100


def _end(starts: list[date], at: int) -> date:
    return starts[at + 1] if at + 1 < len(starts) else date.max


def _check_trends(data: Data, sales: list[Row], filters: Filters, listing: str) -> None:
    column = _TRENDS[listing]
    days = filters.days(data.domain)
    want = sums(counted(sales, filters, days), column)
    got = grid_rows(data, listing, filters, {"startRow": 0, "endRow": 50})["rowData"]
    for row in got:
        amount = want.get(_id(row, column), Decimal(0))
        assert round(sum(row["trend"]) * 100) == amount * 100
        assert row["amount"] == data.formats.money(amount)
    assert len(got) >= min(len(want), 50)
    if got:
        starts = first_days(data, days, groups.small_grain(days))
        assert {len(row["trend"]) for row in got} == {len(starts)}


def _id(row: dict[str, Any], column: str) -> str:
    note = row.get(f"{column}_name_note")
    return str(note or row.get(f"{column}_name") or row[column])


def _check_weeks(data: Data, sales: list[Row], filters: Filters) -> None:
    weeks = whole_weeks(data, filters)
    last = data.domain.last
    rows = counted(sales, filters, Days(data.domain.first, last))
    first = min((row["sale_date"] for row, _ in rows), default=last)
    many = ((last - first).days + 1) // 7
    want: dict[int, Decimal] = defaultdict(Decimal)
    for row, amount in rows:
        want[(last - row["sale_date"]).days // 7] += amount
    if weeks.starts:
        assert weeks.amounts == [want[back] for back in range(many - 1, -1, -1)]
        assert weeks.starts[-1] == last - timedelta(days=6)
    else:
        assert not [back for back in want if back < many]


def test_the_map_shades_every_country_and_names_what_it_cannot(data: Data) -> None:
    page = contents(data, "/where", Filters(period="all", countries=("Spain",)))
    chart = page["where-map"]
    shapes = {trace["name"]: trace for trace in chart.figure["data"] if "meta" in trace}
    assert set(shapes) == {"Spain", "France", "Japan", "Norway"}
    for name, trace in shapes.items():
        there = parse(trace["meta"]["href"].partition("?")[2], data.domain)
        assert there.countries == (name,)
        assert (trace["line"]["color"] == palette("light").text) == (name == "Spain")
    # Europe, Asia and the world have sales; only the world has all of them.
    assert [(name, on) for name, _, on in page["where-area"]] == [
        ("World", True),
        ("Europe", False),
        ("Asia and Oceania", False),
    ]
    near = contents(data, "/where", Filters(period="all", customers=_buyers(data, "France")))
    assert [name for name, _, on in near["where-area"] if on] == ["Europe"]
    nowhere = groups.by_value(
        data, Filters(period="all"), Days(data.domain.first, data.domain.last), None, "country"
    )
    [unknown] = [one for one in nowhere if one["country"] == "(unknown)"]
    assert data.formats.money(unknown["amount"]) in chart.summary
    assert f"{unknown['customers']} known customers have no known country" in chart.summary
    strange = [one | {"country": "Atlantis"} if one is nowhere[0] else one for one in nowhere]
    view = view_of(data, Filters(period="all"))
    said = world(view, strange, "world").summary
    assert f"Not on the map: Atlantis ({data.formats.money(nowhere[0]['amount'])})" in said


def _buyers(data: Data, country: str) -> tuple[str, ...]:
    rows = rows_of(data, "semantic_sales")
    return tuple(
        sorted({row["customer"] for row in rows if row["country"] == country} - {"(unknown)"})
    )


def test_no_segments_are_offered_by_an_older_snapshot(data: Data) -> None:
    view = view_of(data, Filters().with_extra("by", "segment"), "/time")
    assert [text for text, _, _ in by_tabs(view)][-1] == "By customer segment"
    data.manifest.rows.pop("semantic_segmented_customers")
    try:
        assert len(by_tabs(view)) == 2
        assert {one.name for one in multiples(view).charts} <= set(data.domain.categories)
    finally:
        data.manifest.rows["semantic_segmented_customers"] = 1


def test_too_short_a_past_has_no_forecast(data: Data) -> None:
    page = contents(data, "/next", Filters(products=("P0001",)))
    assert "No forecast (P0001): only " in page["next-forecast"].summary
    assert page["next-forecast"].figure["data"] == []


def test_the_forecast_stands_with_its_error_and_filters(data: Data) -> None:
    every = contents(data, "/next", Filters())
    books = contents(data, "/next", Filters(categories=("Books",)))
    assert every["next-forecast"].table.rows != books["next-forecast"].table.rows
    for page in (every, books):
        shares = page["next-errors"].figure["data"][0]["x"]
        assert all(data.formats.percent(one) in page["next-errors"].summary for one in shares)
        coming, past = page["next-forecast"].table.rows[:8], page["next-forecast"].table.rows[8:]
        assert all(_number(low) <= _number(now) <= _number(high) for *_, now, low, high in coming)
        # Each past week leads to the sales that make it.
        for start, amount, *_ in past[:4]:
            there = parse(start.href.partition("?")[2], data.domain)
            assert contents(data, "/time", there)["time-sales"].summary.startswith(
                f"Net sales of {amount} in "
            )


def _number(text: str) -> Decimal:
    return Decimal(text.replace("€", "").replace(",", ""))


def test_a_country_is_chosen_on_the_map_and_by_keyboard_alone(
    open_page: Open, address: str
) -> None:
    page = open_page(f"{address}/where?period=52w&area=europe")
    # The middle of France, as the plot itself says.
    at = page.evaluate(
        """() => {
        const plot = document.querySelector('.block-map .js-plotly-plot'), all = plot._fullLayout;
        const frame = plot.getBoundingClientRect();
        return [frame.x + all.xaxis._offset + all.xaxis.d2p(63),
                frame.y + all.yaxis._offset + all.yaxis.d2p(1771)];
    }"""
    )
    page.mouse.move(*at)
    page.wait_for_timeout(200)
    page.mouse.click(*at)
    page.wait_for_selector(".chip:has-text('Country: France')")
    settle(page)
    page.locator("#where-area-tabs a", has_text="World").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#where-area-tabs .is-on:has-text('World')")
    page.locator(".chip", has_text="France").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".ag-row [col-id=country] a:has-text('Japan')")
    cut = """() => [...document.querySelectorAll('.ag-center-cols-viewport')]
        .filter(one => one.scrollWidth > one.clientWidth + 1).length"""
    assert page.evaluate(cut) == 0
    page.locator(".ag-row [col-id=country] a", has_text="Japan").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip:has-text('Country: Japan')")
    page.wait_for_selector(".ag-row [col-id=trend] svg[role=img]")
    page.goto(f"{address}/time?period=52w")
    settle(page)
    page.locator("#time-by-tabs a", has_text="country").focus()
    page.keyboard.press("Enter")
    page.locator(".multiple a", has_text="Norway").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip:has-text('Country: Norway')")
    assert page.complaints == []
