"""The figures on the pages, against the rows themselves."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest

from browser.oracle import NET, expected, is_return, net_by_customer, random_filters, worth
from browser.sample import write_sample
from browser.workspace import dashboard_settings
from dashboards.app import create_app
from dashboards.data.grids import LISTINGS, grid_rows, harmless, whole
from dashboards.data.store import Data, Store
from dashboards.filters import CUSTOM, Filters, parse
from dashboards.page import View
from dashboards.pages.registry import PAGES
from dashboards.theme import palette
from python_jobs.quarantine.check import header_faults
from python_jobs.settings import Settings

NOW = datetime(2026, 1, 2, 12)
BY_PATH = {page.path: page for page in PAGES}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = dashboard_settings(tmp_path_factory.mktemp("numbers"))
    write_sample(settings)
    return settings


@pytest.fixture(scope="module")
def data(settings: Settings) -> Data:
    found = Store(settings).data()
    assert found is not None
    return found


def rows_of(data: Data, table: str) -> list[dict[str, Any]]:
    return pq.read_table(data.folder / f"{table}.parquet").to_pylist()


def contents(data: Data, path: str, filters: Filters) -> dict[str, Any]:
    page = BY_PATH[path]
    return page.fill(View(data, filters, palette("light"), path, NOW))


def test_200_random_filters_agree_with_the_rows_to_the_cent(data: Data) -> None:
    sales, rejected = rows_of(data, "semantic_sales"), rows_of(data, "semantic_rejected_rows")
    customers = sorted({row["customer"] for row in sales})
    formats, seen = data.formats, set()
    for seed in range(200):
        filters = random_filters(data.domain, customers, seed)
        filters = parse(filters.search(), data.domain)  # As it stands in a URL.
        want = expected(filters, data.domain, sales, rejected)
        overview, time = contents(data, "/", filters), contents(data, "/time", filters)
        money, aside = formats.money(want.amount), formats.money(want.rejected_amount)
        rate = (
            Decimal(want.rejected) / (want.accepted + want.rejected)
            if want.accepted + want.rejected
            else None
        )
        assert overview["kpi-sales"].exact == money
        assert overview["kpi-orders"].value == formats.count(want.orders)
        average = want.gross / want.orders if want.orders else None
        assert overview["kpi-average"].exact == formats.money(average)
        assert not want.returns or formats.money(want.gross) in overview["kpi-sales"].note
        assert not want.returns or formats.money(want.returned) in overview["kpi-sales"].note
        assert overview["kpi-rejected"].value == formats.percent(rate)
        assert not want.rejected_amount or aside in overview["kpi-sales"].note
        assert money in overview["overview-daily"].summary
        assert f"{want.sales:,} sale" in time["time-rows"].summary
        assert money in time["time-rows"].summary
        assert not want.returns or f"{want.returns:,} return" in time["time-rows"].summary
        assert cents(drawn(time["time-sales"], "this period")) == want.amount * 100
        assert cents(drawn(time["time-returns"], "Returned sales")) == -want.returned * 100
        parts = drawn(time["time-returns"])
        assert not parts or cents(parts) == want.amount * 100
        seen.add((want.amount, want.returned))
    assert len(seen) > 120  # Else the filters were all alike.
    assert len({returned for _, returned in seen}) > 40
    assert min(amount for amount, _ in seen) < 0


def drawn(block: Any, *names: str) -> list[float]:
    """Return the values of a chart, of all its traces or of those of some names."""
    traces = block.figure["data"]
    return [y for trace in traces if not names or trace["name"] in names for y in trace["y"]]


def cents(amounts: list[float]) -> int:
    return round(sum(amounts) * 100)


def test_returns_lessen_net_sales_and_nothing_else(data: Data) -> None:
    sales = rows_of(data, "semantic_sales")
    by_status = {
        status: worth(row for row in sales if row["status"] == status)
        for status in data.domain.statuses
    }
    assert list(by_status) == ["Completed", "Pending", "Cancelled", "Returned"]
    both = by_status["Completed"] - by_status["Returned"]
    less_pending = by_status["Pending"] - by_status["Returned"]
    for statuses, name, amount in (
        ((), "Net sales", both),
        (("Completed", "Returned"), "Net sales", both),
        (("Completed",), "Gross sales", by_status["Completed"]),
        (("Returned",), "Returned sales", by_status["Returned"]),
        (("Pending", "Returned"), "Sales, pending less returned", less_pending),
    ):
        card = contents(data, "/", Filters(period="all", statuses=statuses))["kpi-sales"]
        assert (card.label, card.exact) == (name, data.formats.money(amount))


def test_no_share_of_a_customer_is_below_zero(data: Data) -> None:
    net = net_by_customer(rows_of(data, "semantic_sales"))
    kept = sum(amount for amount in net.values() if amount > 0)
    assert min(net.values()) < 0  # Else nothing is tried here.
    filters = Filters(period="all")
    sql, parameters = LISTINGS["customers"].question(data, filters)
    listed = data.rows(sql, parameters)
    assert {row["customer"]: row["amount"] for row in listed} == net
    for row in listed:
        assert row["share"] == pytest.approx(float(max(row["amount"], 0) / kept))
    page = contents(data, "/customers", filters)
    assert data.formats.money(kept) in page["customers-top"].summary
    curve = drawn(page["customers-share"])
    assert curve == sorted(curve)
    assert curve[-1] == 1


def test_segments_are_those_of_the_release_whatever_the_filters(data: Data) -> None:
    segments = rows_of(data, "semantic_customer_segments")
    for filters in (Filters(period="all"), Filters(period="all", statuses=("Returned",))):
        chart = contents(data, "/customers", filters)["customers-segments"]
        assert sorted(row[0] for row in chart.table.rows) == sorted(
            one["segment"] for one in segments
        )
        assert sum(chart.figure["data"][0]["x"]) == pytest.approx(
            float(sum(one["lifetime_value"] for one in segments))
        )


def test_the_status_page_shows_returns_as_they_are(data: Data) -> None:
    sales = rows_of(data, "semantic_sales")
    returned = [row for row in sales if is_return(row)]
    page = contents(data, "/status", Filters(period="all"))
    assert cents(drawn(page["status-mix"])) == worth(sales) * 100
    assert cents(drawn(page["status-mix"], "Returned")) == worth(returned) * 100
    [bars] = page["status-amounts"].figure["data"]
    colors = dict(
        zip(
            page["status-amounts"].figure["layout"]["yaxis"]["ticktext"],
            bars["marker"]["color"],
            strict=True,
        )
    )
    assert colors["Returned"] == palette("light").returned
    assert len(set(colors.values())) == 4
    together = data.formats.money(worth(sales) - worth(returned))
    assert together in page["status-rows"].summary
    assert data.formats.money(worth(returned)) in page["status-rows"].summary


def test_the_period_before_is_the_sum_of_its_days(data: Data) -> None:
    sales = rows_of(data, "semantic_sales")
    for period in ("1w", "4w", "13w"):
        for grain in ("day", "week", "month"):
            filters = Filters(period=period).with_extra("grain", grain)
            days = filters.days(data.domain).before()
            want = sum(
                -row["sales"] if is_return(row) else row["sales"]
                for row in sales
                if days.start <= row["sale_date"] <= days.end and row["status"] in NET
            )
            time = contents(data, "/time", filters)
            assert data.formats.money(want) in time["time-sales"].summary
            assert time["time-running"].table.rows[-1][-1] == data.formats.money(want)


@pytest.mark.parametrize("path", ["/", "/time", "/customers", "/status", "/quality"])
def test_a_mark_leads_to_the_number_that_it_shows(data: Data, path: str) -> None:
    filters = Filters(period="13w")
    checked = 0
    for block in contents(data, path, filters).values():
        for trace in getattr(block, "figure", {}).get("data", []):
            values = trace["x"] if trace.get("orientation") == "h" else trace["y"]
            if trace["name"] not in ("net sales", "Net sales", "this period", "worth"):
                continue
            for link, value in list(zip(trace.get("customdata", []), values, strict=False))[:6]:
                there = parse(link.partition("?")[2], data.domain)
                rows = grid_rows(data, "counted-sales", there, {"startRow": 0, "endRow": 500})
                off = worth(row for row in _counted(data, there) if is_return(row))
                off = Decimal(0) if there.statuses == ("Returned",) else off
                amount = worth(_counted(data, there)) - 2 * off
                assert round(value * 100) == amount * 100
                assert rows["rowCount"] == len(_counted(data, there))
                checked += 1
    assert checked or path == "/quality"


def _counted(data: Data, filters: Filters) -> list[dict[str, Any]]:
    sql, parameters = LISTINGS["counted-sales"].question(data, filters)
    return data.rows(sql, parameters)


@pytest.mark.parametrize("listing", sorted(LISTINGS))
def test_a_file_holds_every_row_of_its_list(data: Data, listing: str) -> None:
    filters = Filters(period="all")
    header, *rows = whole(data, listing, filters)
    count = grid_rows(data, listing, filters, {"startRow": 0, "endRow": 1})["rowCount"]
    assert len(rows) == count > 0
    assert len(header) == len(rows[0])


def test_a_file_holds_nothing_that_a_spreadsheet_would_run(settings: Settings) -> None:
    client = create_app(settings).server.test_client()
    host = {"Host": f"127.0.0.1:{settings.dash_port}"}
    got = client.get("/export/rejected-rows.csv?period=all", headers=host)
    assert got.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(got.get_data(as_text=True).lstrip("\ufeff"))))
    cells = [cell for row in rows for cell in row]
    assert "'=cmd|calc" in cells
    assert not [cell for cell in cells if cell[:1] in tuple("=+@\t\r")]
    assert client.get("/export/passwords.csv", headers=host).status_code == 404


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@a", "\tx", "\rx", " =1", "\uff1d1"])
def test_harmless_texts_get_a_quote(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["", "plain", "a=b", Decimal("-1.50"), 3])
def test_other_cells_stay(cell: object) -> None:
    assert harmless(cell) == cell


def test_the_correction_sheet_has_the_columns_that_apply_takes(settings: Settings) -> None:
    client = create_app(settings).server.test_client()
    got = client.get(
        "/export/corrections.csv?period=all&reason=amount_mismatch",
        headers={"Host": f"127.0.0.1:{settings.dash_port}"},
    )
    rows = list(csv.DictReader(io.StringIO(got.get_data(as_text=True).lstrip("\ufeff"))))
    assert header_faults(list(rows[0]), "sheet") == []
    assert "customer_email" not in rows[0]
    assert {"amount_mismatch"} <= set(rows[0]["reasons"].split("; "))


def test_every_address_on_a_page_is_understood(data: Data) -> None:
    view = View(
        data,
        Filters(period=CUSTOM, start=data.domain.first, end=data.domain.last),
        palette("dark"),
        "/",
        NOW,
    )
    nothing = Filters(categories=("Nope",))  # No row matches: every page still says so.
    for path, page, filters in [
        (path, page, filters)
        for path, page in BY_PATH.items()
        for filters in (view.filters, nothing)
    ]:
        filled = page.fill(View(data, filters, palette("dark"), path, NOW))
        assert set(filled) == {block.id for block in page.blocks}
        for block in page.blocks:
            assert len(block.values(filled[block.id])) == len(block.properties())
