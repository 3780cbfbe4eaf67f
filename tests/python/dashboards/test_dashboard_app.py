"""What the app lets in and gives out, how it keeps snapshots, and what its code may read."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

import plotly
import pytest
from browser.sample import write_sample
from browser.workspace import REPOSITORY, dashboard_settings
from flask import Flask
from flask.testing import FlaskClient

from dashboards import figures
from dashboards.app import create_app
from dashboards.asked import chips, chosen_comparison, comparisons, notices
from dashboards.blocks import Grid
from dashboards.data import refresh
from dashboards.data.health import MODELS, newest_results
from dashboards.data.quality import account
from dashboards.data.snapshot import SnapshotFolder, read_manifest
from dashboards.data.store import Store
from dashboards.dbt_docs import docs_page
from dashboards.filters import Filters, parse
from dashboards.formats import Formats, read_formats
from dashboards.pages.registry import PAGES
from python_jobs.errors import P360Error
from python_jobs.server import Access, dashboard, read_access
from python_jobs.settings import Settings

SOURCES = sorted((REPOSITORY / "dashboards").rglob("*.py"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = dashboard_settings(tmp_path_factory.mktemp("app"))
    write_sample(settings, 500)
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> FlaskClient:
    return create_app(settings, read_access(settings, {})).server.test_client()


def host(settings: Settings) -> dict[str, str]:
    return {"Host": f"127.0.0.1:{settings.dash_port}"}


def test_another_host_name_is_not_served(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/"},
    ],
)
def test_cross_site_posts_are_refused(
    client: FlaskClient, settings: Settings, headers: dict[str, str]
) -> None:
    got = client.post("/_dash-update-component", json={}, headers=host(settings) | headers)
    assert got.status_code == 403


def test_a_fault_shows_no_trace(client: FlaskClient, settings: Settings) -> None:
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    got = client.post(
        "/_dash-update-component",
        json={},
        headers=host(settings) | {"Sec-Fetch-Site": "same-origin"},
    )
    assert got.status_code == 500
    assert "Traceback" not in got.get_data(as_text=True)


def test_every_answer_bears_a_strict_policy(client: FlaskClient, settings: Settings) -> None:
    policy = client.get("/", headers=host(settings)).headers["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == parts["frame-ancestors"] == "'none'"
    assert parts["connect-src"] == "'self'"
    assert "unsafe" not in parts["script-src"]
    assert "http" not in policy


def test_an_address_that_others_reach_needs_a_login(settings: Settings) -> None:
    with pytest.raises(P360Error, match="no login"):
        read_access(settings, {"P360_DASH_HOST": "0.0.0.0"})
    with pytest.raises(P360Error, match="short"):
        read_access(settings, {"P360_DASH_USER": "ada", "P360_DASH_PASSWORD": "short"})


def test_a_login_is_asked_for_and_checked(settings: Settings) -> None:
    access = Access("127.0.0.1", "ada", "correct horse battery", frozenset(host(settings).values()))
    client = create_app(settings, access).server.test_client()
    assert client.get("/", headers=host(settings)).status_code == 401
    for password, status in (("wrong", 401), ("correct horse battery", 200)):
        word = base64.b64encode(f"ada:{password}".encode()).decode()
        got = client.get("/", headers=host(settings) | {"Authorization": f"Basic {word}"})
        assert got.status_code == status


def test_the_docs_are_served_where_they_are(client: FlaskClient, settings: Settings) -> None:
    assert client.get("/docs", headers=host(settings)).status_code == 404
    (settings.project_dir / "target").mkdir(exist_ok=True)
    (settings.project_dir / "target" / "static_index.html").write_text("<p>docs</p>", "utf-8")
    assert client.get("/docs", headers=host(settings)).get_data() == b"<p>docs</p>"


def test_the_docs_ask_for_nothing_that_their_policy_forbids(tmp_path: Path) -> None:
    file = tmp_path / "static_index.html"
    icon = "${require('./assets/favicons/favicon.ico')}"
    file.write_text(f"""<link href="{icon}"/><use xlink:href="{{{{ getIcon(item) }}}}"></use>""")
    with Flask("docs").test_request_context():
        text = docs_page(file).get_data(as_text=True)
    assert text == """<link href="data:,"/><use ng-attr-xlink:href="{{ getIcon(item) }}"></use>"""


def test_an_unknown_address_is_not_found(client: FlaskClient, settings: Settings) -> None:
    for path, status in (("/", 200), ("/products", 200), ("/nowhere", 404), ("/time/x", 404)):
        got = client.get(path, headers=host(settings))
        assert got.status_code == status
        assert "<html" in got.get_data(as_text=True)  # A page that says so, in place of a blank.


def test_no_file_of_everything_is_made_of_a_filter_that_is_not_known(
    client: FlaskClient, settings: Settings
) -> None:
    got = client.get("/export/all-sales.csv?period=99w", headers=host(settings))
    assert (got.status_code, "period=99w" in got.get_data(as_text=True)) == (400, True)
    got = client.get("/export/all-sales.csv?period=all&category=renamed", headers=host(settings))
    assert len(got.get_data(as_text=True).splitlines()) == 1  # The header alone.
    assert "category-renamed" not in got.headers["Content-Disposition"]
    assert "_renamed.csv" in got.headers["Content-Disposition"]


def test_no_two_files_of_a_page_have_the_same_link() -> None:
    for page in PAGES:
        grids = [block for block in page.blocks if isinstance(block, Grid)]
        assert len({grid.rows for grid in grids}) == len(grids)
        assert len({grid.listing for grid in grids}) == len(grids)


def test_what_cannot_be_given_is_said(settings: Settings) -> None:
    data = Store(settings).data()
    assert data is not None
    said = [
        notices(parse(search, data.domain), data)
        for search in ("", "?period=99w", "?category=renamed", "?from=1999-01-01&to=1999-02-01")
    ]
    assert said[0] == []
    assert said[1] == ["'period=99w' in the address is not known and is ignored."]
    assert said[2] == ["The data has no category 'renamed'; nothing matches it."]
    assert said[3][0].startswith("No sales are loaded for 1 Jan ")


def test_a_customer_is_called_by_name(settings: Settings) -> None:
    data = Store(settings).data()
    assert data is not None
    one = data.rows("select customer, customer_name from semantic_sales where customer like 'C%'")
    [chip] = chips(Filters(customers=(one[0]["customer"],)), "/customers", data)
    assert one[0]["customer_name"] in str(chip)


def test_what_is_compared_with_is_named_and_chosen_by_links(settings: Settings) -> None:
    data = Store(settings).data()
    assert data is not None
    for vs, on in (("", "period before"), ("year", "same weeks a year before")):
        filters = Filters().with_extra("vs", vs)
        parts = comparisons(filters, "/time", data)
        assert [part.children for part in parts if part._type == "B"] == [on]
        [other] = [part.href for part in parts if part._type == "Link"]
        assert other == ("/time" if vs else "/time?vs=year")
        compared = filters.compared(data.domain)
        assert compared is not None
        assert data.formats.days(compared) in parts[-1].children
    filters = Filters(period="4w").with_extra("vs", "2024-12-01..2025-01-15")
    said = comparisons(filters, "/time", data)[-1].children
    assert "46 days, here 28; changes are by day" in said
    assert chosen_comparison(filters, data.domain) == ["2024-12-01", "2025-01-15"]
    assert chosen_comparison(Filters(), data.domain) == [None, None]
    early = Filters(period="4w").with_extra("vs", "2001-01-01..2025-01-15")
    assert "the data begins on" in comparisons(early, "/time", data)[-1].children


def test_what_has_nothing_to_build_is_no_result(settings: Settings) -> None:
    data = Store(settings).data()
    assert data is not None
    found = newest_results(data, MODELS, "model")
    assert {one["status"] for one in found} == {"success"}
    assert "model_1" not in {one["name"] for one in found}
    assert len(found) == 17


def test_loads_are_called_by_their_files(settings: Settings) -> None:
    data = Store(settings).data()
    assert data is not None
    assert [one["file"] for one in account(data)] == ["late.csv", "demo:early"]


def test_the_last_good_snapshot_stays_while_the_server_is_down(settings: Settings) -> None:
    before = SnapshotFolder(settings).current()
    noted = refresh.look_once(settings)
    assert not noted.server_answers
    assert SnapshotFolder(settings).current() == before is not None
    data = Store(settings).data()  # As after a restart.
    assert data is not None
    assert data.manifest.run_id == "run-2"


def test_a_newer_snapshot_takes_the_place_of_the_older(tmp_path: Path) -> None:
    settings = dashboard_settings(tmp_path)
    store = Store(settings)
    assert store.data() is None
    forgotten: list[int] = []
    store.on_change(lambda: forgotten.append(1))
    for rows in (100, 150, 200):
        write_sample(settings, rows, is_scored=False)
        data = store.data()
        assert data is not None
        assert data.row("select count(*) as n from semantic_sales")["n"] == rows
    assert len(forgotten) == 3
    folder = SnapshotFolder(settings)
    assert len(list(folder.path.glob("taken-*"))) == 2


def test_a_half_written_snapshot_is_never_shown(tmp_path: Path) -> None:
    settings = dashboard_settings(tmp_path)
    write_sample(settings, 100, is_scored=False)
    folder = SnapshotFolder(settings)
    good = folder.current()
    assert good is not None
    shutil.copy(good / "semantic_sales.parquet", folder.new())  # And then the process dies.
    assert folder.current() == good
    assert read_manifest(good).rows["semantic_sales"] == 100


def test_a_taken_port_is_one_line(settings: Settings, tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.dash_port))
        taken.listen()
        with pytest.raises(P360Error, match=r"port \d+ is taken.*P360_DASH_PORT"):
            dashboard.start(settings)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_the_dashboard_reads_semantic_and_observability_models_only(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"\b(?:from|join|table)\b[^\n]{0,12}\b(?:bronze|silver|gold)_\w+", text) == []
    assert len(text.splitlines()) <= 460


def test_the_chart_library_is_the_one_that_plotly_speaks_to() -> None:
    bundled = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text("utf-8")
    ours = next((REPOSITORY / "dashboards" / "assets").glob("plotly-basic-*.min.js"))
    version = re.search(r"plotly\.js v([\d.]+)", bundled)
    assert version
    assert ours.name == f"plotly-basic-{version[1]}.min.js"
    assert f"v{version[1]}" in ours.read_text("utf-8")[:200]
    assert figures.CONFIG["showSendToCloud"] is False


@pytest.mark.parametrize(
    ("locale", "money", "short"),
    [("en_GB", "€1,234.50", "€1,234"), ("de_DE", "1.234,50\xa0€", "1.234\xa0€")],
)
def test_money_is_written_as_the_locale_does(locale: str, money: str, short: str) -> None:
    formats = Formats(locale, "EUR", 1)
    assert formats.money(1234.5) == money
    assert formats.short_money(1234.4) == short
    assert Formats(locale, "", 1).money(1) in ("1.00", "1,00")


def test_a_change_is_good_or_bad_by_what_it_means() -> None:
    formats = Formats("en_GB", "EUR", 1)
    assert formats.change(110, 100, more_is="good").tone == "good"
    assert formats.change(110, 100, more_is="bad").tone == "bad"
    assert formats.change(90, 100, more_is="bad").tone == "good"
    assert formats.change(100.4, 100, more_is="bad").tone == "neutral"
    assert formats.change(1, 0, more_is="good").tone == "neutral"


def test_an_unknown_currency_is_one_line(settings: Settings, tmp_path: Path) -> None:
    project = dashboard_settings(tmp_path)
    file = project.project_dir / "dbt_project.yml"
    file.write_text(file.read_text("utf-8").replace("client_sales: EUR", "client_sales: EURO"))
    with pytest.raises(P360Error, match="currency 'EURO'"):
        read_formats(project, ["client_sales"])
