"""Notes on the line and net sales against targets, against SQL over the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from browser.oracle import random_filters
from browser.sample import sample_data
from browser.test_numbers import NOW, contents
from browser.workspace import dashboard_settings

from dashboards.blocks import NotedChart, Targets
from dashboards.charts import sales_chart
from dashboards.data import over_time
from dashboards.data.store import Data
from dashboards.filters import Filters, parse
from dashboards.notes import TRACE
from dashboards.page import View
from dashboards.targets import against_target
from dashboards.theme import palette

NEITHER = ("\u2013", "\u2013")  # What stands where nothing is judged.
_TARGETS = """
    with day as (
        select unnest(generate_series($start::date, least($end::date, $last::date), interval 1 day))
            ::date as day
    ),
    month as (
        select date_trunc('month', day)::date as month_start, count(*) as shown,
            day(last_day(min(day))) as long
        from day group by 1
    ),
    wanted as (
        select month_start, sum(target) as target, count(*) as many from targets
        where feed = 'client_sales' and case when len($categories) = 0 then category is null
            else list_contains($categories, category) end
        group by 1
    ),
    net as (
        select date_trunc('month', sale_date)::date as month_start,
            sum(case status when 'Completed' then sales when 'Returned' then -sales end) as amount
        from sales where sale_date between $start and $end
            and (len($categories) = 0 or list_contains($categories, category))
        group by 1
    )
    select month_start, coalesce(amount, 0), target, shown, long
    from month join wanted using (month_start) left join net using (month_start)
    where many = greatest(len($categories), 1) order by month_start
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return sample_data(dashboard_settings(tmp_path_factory.mktemp("notes")), 1_500)


@pytest.fixture(scope="module")
def tables(data: Data) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, table in (("sales", "semantic_sales"), ("targets", "semantic_sales_targets")):
            connection.execute(f"create table {name} as from '{data.folder}/{table}.parquet'")
        yield connection


def shown(data: Data, filters: Filters) -> View:
    return View(data, filters, palette("light"), "/", NOW)


def wanted(tables: duckdb.DuckDBPyConnection, data: Data, filters: Filters) -> list[Any]:
    """Return month, net sales, target, days shown and days of each month, by SQL of its own."""
    if filters.statuses or filters.countries or filters.customers or filters.products:
        return []
    days = filters.days(data.domain)
    return tables.execute(
        _TARGETS,
        {
            "start": days.start,
            "end": days.end,
            "last": data.domain.last,
            "categories": list(filters.categories),
        },
    ).fetchall()


def test_targets_of_random_filters_agree_with_sql(
    data: Data, tables: duckdb.DuckDBPyConnection
) -> None:
    many = partly = 0
    for seed in range(200):
        filters = random_filters(data.domain, ["C000001"], seed)
        block = against_target(shown(data, filters))
        rows = wanted(tables, data, filters)
        assert Targets("x", "y").values(block)[0] is not bool(rows)  # Hidden without a target.
        money, percent = data.formats.money, data.formats.percent
        assert [list(row) for row in block.table.rows] == [
            [
                data.formats.month(month),
                money(amount),
                money(target),
                *((money(amount - target), percent(amount / target)) if days == long else NEITHER),
                f"{days} of {long}",
            ]
            for month, amount, target, days, long in rows
        ]
        tones = ["neutral" if n < m else "good" if a >= t else "bad" for _, a, t, n, m in rows]
        assert [bar.tone for bar in block.bars] == tones
        for bar, (_, amount, _, days, long) in zip(block.bars, rows, strict=True):
            assert money(amount) in bar.label
            there = parse(bar.href.partition("?")[2], data.domain)
            if days == long:
                [again] = against_target(shown(data, there)).bars
                assert again.label == bar.label
        whole = [row for row in rows if row[3] == row[4]]
        if whole:
            assert money(sum((row[1] for row in whole), Decimal(0))) in block.summary
        many += bool(rows)
        partly += len(whole) < len(rows)
    assert many > 25
    assert partly > 15


def test_a_month_without_a_target_is_not_there(data: Data) -> None:
    block = contents(data, "/", Filters())["overview-targets"]
    assert [bar.name for bar in block.bars] == ["Oct 2025", "Dec 2025"]  # November has none.
    both = contents(data, "/", Filters(categories=("Books", "Garden")))["overview-targets"]
    assert both.bars == []  # Garden has none, so the two have none.


def test_notes_stand_on_the_line_at_their_days(data: Data) -> None:
    events = [
        (one["first_date"], one["last_date"], one["event"])
        for one in data.rows("select * from obs_events where feed = 'client_sales'")
    ]
    noted = 0
    for seed in range(60):
        filters = random_filters(data.domain, ["C000001"], seed)
        grain = ("day", "week", "month")[seed % 3]
        days = filters.days(data.domain)
        chart = sales_chart(
            shown(data, filters), over_time.by_grain(data, filters, days, grain), [], grain
        )
        inside = sorted(one for one in events if one[0] <= days.end and one[1] >= days.start)
        marks = [one for one in chart.figure["data"] if one["name"] == TRACE]
        assert bool(marks) == bool(inside)
        assert bool(NotedChart("x", "y").values(chart)[-1]) == bool(inside)
        if not inside:
            assert chart.table.columns[-1] != "Note"
            continue
        [mark] = marks
        [line] = [one for one in chart.figure["data"] if one["name"] == "this period"]
        heights = dict(zip(line["x"], line["y"], strict=True))
        assert [heights[x] for x in mark["x"]] == mark["y"]
        first = max(inside[0][0], days.start)
        bucket = {
            "day": first,
            "week": first - timedelta(days=first.weekday()),
            "month": first.replace(day=1),
        }[grain]
        assert mark["x"][0] == bucket.isoformat()
        numbers = [int(n) for text in mark["text"] for n in text.split(", ")]
        assert numbers == list(range(1, len(inside) + 1))
        listed = str(chart.notes)
        assert all(repr(f" {event}")[1:-1] in listed for _, _, event in inside)
        column = "; ".join(row[-1] for row in chart.table.rows if row[-1])
        assert column == "; ".join(event for _, _, event in inside)
        noted += 1
    assert noted > 15


def test_a_note_leads_to_its_days_and_holds_no_markup(data: Data) -> None:
    chart = contents(data, "/", Filters(categories=("Books",)))["overview-daily"]
    [mark] = [one for one in chart.figure["data"] if one["name"] == TRACE]
    assert "<b>" not in "".join(mark["hovertext"])
    link = chart.notes[0].children[0].children[0]
    there = parse(link.href.partition("?")[2], data.domain)
    assert (there.start, there.end) == (date(2025, 11, 28), date(2025, 12, 1))
    assert there.categories == ("Books",)
    assert "Not here" not in str(chart.notes)  # Another feed's.
