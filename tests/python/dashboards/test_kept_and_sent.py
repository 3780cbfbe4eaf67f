"""Frozen views, files of charts, and pages as one file: each holds what its page shows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser.conftest import CHROMIUM
from browser.oracle import random_filters
from browser.sample import write_sample
from browser.test_numbers import NOW, contents
from browser.workspace import dashboard_settings
from flask.testing import FlaskClient

from dashboards.app import create_app
from dashboards.blocks import CardContents, ChartContents, HeatContents, MultiplesContents
from dashboards.chart_files import rows_behind
from dashboards.charts import sales_chart
from dashboards.data import buyers, over_time
from dashboards.data.snapshot import SnapshotFolder
from dashboards.data.store import Data, Store
from dashboards.filters import Filters, parse
from dashboards.page import View
from dashboards.pages.registry import PAGES
from dashboards.printed import printed
from dashboards.search import results
from dashboards.theme import default_theme
from dashboards.views import frozen_words, listed
from python_jobs.errors import P360Error
from python_jobs.observability.page_report import find_browser, print_pdf, write_pages
from python_jobs.server import SavedView, read_access, save_view
from python_jobs.settings import Settings

_BY_DAY = """
    select sale_date, sum(case status when 'Completed' then sales else -sales end)
    from sales where sale_date between $start and $end and status in ('Completed', 'Returned')
        and (len($categories) = 0 or list_contains($categories, category))
        and (len($countries) = 0 or list_contains($countries, country))
    group by 1
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = dashboard_settings(tmp_path_factory.mktemp("kept"))
    write_sample(settings, 1_500)
    return settings


@pytest.fixture(scope="module")
def data(settings: Settings) -> Data:
    found = Store(settings).data()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def client(settings: Settings) -> FlaskClient:
    return create_app(settings, read_access(settings, {})).server.test_client()


def rows_of(client: FlaskClient, settings: Settings, address: str) -> list[list[str]]:
    got = client.get(address, headers={"Host": f"127.0.0.1:{settings.dash_port}"})
    assert got.status_code == 200, got.get_data(as_text=True)
    return list(csv.reader(io.StringIO(got.get_data(as_text=True).lstrip("\ufeff"))))


def go_live(settings: Settings, run: str, rows: int) -> None:
    """Take a snapshot of a run of its own."""
    snapshots = SnapshotFolder(settings)
    write_sample(settings, rows, is_scored=False)
    folder = snapshots.current()
    assert folder is not None
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text("utf-8")) | {"run_id": run}
    file.write_text(json.dumps(manifest), "utf-8")


def sales_in(data: Data | None) -> int:
    assert data is not None
    return int(data.row("select count(*) as n from semantic_sales")["n"])


def test_a_frozen_address_shows_its_run_as_long_as_it_is_kept(tmp_path: Path) -> None:
    settings = dashboard_settings(tmp_path)
    store = Store(settings)
    go_live(settings, "run-a", 100)
    save_view(settings, SavedView("Kept", "/time?period=52w", "run-a"))
    for place, run in enumerate(("run-b", "run-c", "run-d", "run-e", "run-f")):
        go_live(settings, run, 110 + place)
    assert sales_in(store.asked("")) == sales_in(store.asked("?run=run-f")) == 114
    assert sales_in(store.asked("?period=4w&run=run-d")) == 112  # It can be live again.
    assert sales_in(store.asked("?run=run-a")) == 100  # A saved view keeps it.
    assert store.asked("?run=run-b") is None
    words, place = frozen_words(store, "/time", "?period=4w&run=run-b")
    assert place.endswith("is-gone")
    assert "run-b" in str(words)
    words, place = frozen_words(store, "/time", "?period=4w&run=run-a")
    assert (place, words[1].href) == ("frozen is-shown", "/time?period=4w")
    assert frozen_words(store, "/time", "?period=4w") == ([], "frozen")
    # An address of a run that is gone gives no figures of another one.
    client = create_app(settings, read_access(settings, {})).server.test_client()
    host = {"Host": f"127.0.0.1:{settings.dash_port}"}
    for path in ("/export/all-sales.csv", "/chart/overview-daily.csv"):
        assert client.get(f"{path}?run=run-b", headers=host).status_code == 404
        assert client.get(f"{path}?run=run-a", headers=host).status_code == 200
    with pytest.raises(P360Error, match="run-b is no longer kept"):
        printed(store, ["/?run=run-b"], default_theme(), NOW)
    page = str(listed(PAGES, store))
    assert "Sales over time: last 52 weeks" in page
    assert "frozen to the run of" in page


def test_the_run_stays_in_the_address(data: Data) -> None:
    frozen = parse("?period=4w&category=Books&run=run-a&vs=year", data.domain)
    assert frozen.search() == "?period=4w&category=Books&run=run-a&vs=year"
    assert frozen.for_other_pages().search() == frozen.search()
    assert parse("?run=a%20b", data.domain).ignored == (("run", "a b"),)
    groups = results("Books", PAGES, data, "run-a")
    assert all("run=run-a" in href for _, found in groups for _, href in found)


def test_files_of_charts_agree_with_sql_for_random_filters(
    client: FlaskClient, settings: Settings, data: Data
) -> None:
    drawn = 0
    with duckdb.connect() as connection:
        connection.execute(f"create table sales as from '{data.folder}/semantic_sales.parquet'")
        for seed in range(60):
            filters = replace(random_filters(data.domain, ["C000001"], seed), statuses=())
            filters = replace(filters, customers=()).with_extra("grain", "day")
            days = filters.days(data.domain)
            asked = {"start": days.start, "end": days.end}
            asked |= {name: list(getattr(filters, name)) for name in ("categories", "countries")}
            want = {
                str(day): float(sum_) for day, sum_ in connection.execute(_BY_DAY, asked).fetchall()
            }
            now = over_time.by_grain(data, filters, days, "day")
            view = View(data, filters, default_theme().palette("light"), "/time", NOW)
            header, *rows = rows_behind(sales_chart(view, now, [], "day"))
            if seed % 20 == 0:
                address = f"/chart/time-sales.csv{filters.search()}"
                served = rows_of(client, settings, address)[1 : len(rows) + 1]
                assert [float(row[1]) for row in served] == [row[1] for row in rows]
            assert header[:2] == ["Day", "this period"]
            assert len(rows) == len(days)
            assert {row[0]: float(row[1]) for row in rows if float(row[1])} == {
                day: amount for day, amount in want.items() if amount
            }
            drawn += bool(want)
    assert drawn > 40


def test_every_chart_has_a_file_and_nothing_else_has(
    client: FlaskClient, settings: Settings, data: Data
) -> None:
    names = [block.id for page in PAGES for block in page.blocks]
    assert len(set(names)) == len(names)
    host = {"Host": f"127.0.0.1:{settings.dash_port}"}
    charts = 0
    for page in PAGES:
        shown = contents(data, page.path, Filters(period="52w"))
        for block in page.blocks:
            one = shown[block.id]
            if isinstance(one, (ChartContents, MultiplesContents, HeatContents)):
                header, *rows = rows_behind(one)
                assert bool(rows) == bool(getattr(one, "figure", {}).get("data", True))
                assert all(len(row) == len(header) for row in rows)
                charts += 1
    assert charts > 15
    for name in ("kpi-sales", "nothing"):
        assert client.get(f"/chart/{name}.csv", headers=host).status_code == 404
    got = client.get("/chart/time-sales.csv?period=99w", headers=host)
    assert (got.status_code, "period=99w" in got.get_data(as_text=True)) == (400, True)


def test_small_multiples_and_cohorts_have_files(
    client: FlaskClient, settings: Settings, data: Data
) -> None:
    _, *rows = rows_of(client, settings, "/chart/buyers-cohorts.csv")
    found: dict[str, dict[int, int]] = {}
    for one in buyers.cohorts(data, Filters()):
        month = data.formats.month(one["cohort"])
        found.setdefault(month, {})[one["age"]] = one["customers"]
    assert rows
    for month, many, next_month, *_ in rows:
        counts = found[month]
        assert int(many) == counts[0]
        assert not next_month or float(next_month) == round(counts.get(1, 0) / counts[0], 4)
    header, *rows = rows_of(client, settings, "/chart/time-multiples.csv?period=52w&vs=year")
    sums = data.rows(
        "select category, sum(case status when 'Completed' then sales else -sales end) as amount "
        "from semantic_sales where status in ('Completed', 'Returned') and sale_date >= $start "
        "group by 1",
        {"start": Filters(period="52w").days(data.domain).start},
    )
    for one in sums:
        place = header.index(one["category"])
        amount = sum(float(row[place]) for row in rows)
        assert amount == pytest.approx(float(one["amount"]), abs=0.01)
    assert len(sums) > 4


def test_customers_of_one_name_are_told_apart_in_a_file(
    client: FlaskClient, settings: Settings
) -> None:
    _, *rows = rows_of(client, settings, "/chart/customers-top.csv?period=all")
    names = [row[0] for row in rows]
    assert len(set(names)) == len(names) > 5
    assert any(re.search(r"\(C\d{6}\)$", name) for name in names)


def test_a_printed_page_holds_the_figures_of_the_page(settings: Settings, data: Data) -> None:
    store = Store(settings)
    for seed in range(12):
        filters = random_filters(data.domain, ["C000001"], seed)
        made = printed(store, [f"/{filters.search()}"], default_theme(), NOW)
        shown = contents(data, "/", parse(filters.search(), data.domain))
        text = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", "", made.html, flags=re.S)
        for one in shown.values():
            if isinstance(one, CardContents):
                assert one.value in text
            elif isinstance(one, ChartContents):
                assert re.sub(r"\s+", " ", escaped(one.summary)) in re.sub(r"\s+", " ", text)
        assert made.lines[1].startswith(f"{shown['kpi-sales'].label}: {shown['kpi-sales'].value}")
        marks = [json.loads(one) for one in figures_in(made.html)]
        assert [one["data"] for one in marks] == [
            json.loads(json.dumps(shown["overview-daily"].figure["data"]))
        ]


def escaped(text: str) -> str:
    from html import escape

    return escape(text)


def figures_in(html: str) -> Iterator[str]:
    yield from re.findall(r'<script type="application/json" id="[^"]+">(.*?)</script>', html)


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_every_page_can_be_printed_and_asks_for_nothing(settings: Settings, path: str) -> None:
    made = printed(Store(settings), [f"{path}?period=52w"], default_theme(), NOW)
    outside = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", made.html, flags=re.S)
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", outside)
    assert "<button" not in outside
    assert made.lines[0]


@pytest.mark.parametrize(
    ("address", "why"), [("/nowhere", "has no page /nowhere"), ("/?period=99w", "period=99w")]
)
def test_what_cannot_be_printed_is_one_line(settings: Settings, address: str, why: str) -> None:
    with pytest.raises(P360Error, match=why) as told:
        printed(Store(settings), [address], default_theme(), NOW)
    assert "\n" not in str(told.value)


def test_a_view_that_is_not_kept_is_one_line(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(P360Error, match="no view is saved as 'Mine'"):
        write_pages(settings, [], ["Mine"], tmp_path / "report.html")
    assert not list(tmp_path.iterdir())


def test_without_a_browser_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(P360Error, match="leave --pdf out"):
        find_browser()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")
def test_a_pdf_opens_and_holds_the_figures(settings: Settings, data: Data, tmp_path: Path) -> None:
    from pypdf import PdfReader

    save_view(settings, SavedView("Books", "/?category=Books"))
    message = write_pages(settings, ["/"], ["books"], tmp_path / "report.html")
    print_pdf(find_browser(), tmp_path / "report.html", tmp_path / "report.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages)
    words = " ".join(text.split())
    for filters in (Filters(), Filters(categories=("Books",))):
        shown: dict[str, Any] = contents(data, "/", filters)
        assert shown["kpi-sales"].value in words
        assert shown["kpi-sales"].exact in words  # In the sentence of the chart.
        assert shown["kpi-sales"].exact in message.body
    assert "Nov" in words  # The axis of a chart that the browser drew.
