"""A metric is defined once: what its YAML says is what every place shows. Without Spark."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from browser.sample import write_sample
from browser.workspace import dashboard_settings
from click.testing import CliRunner
from conftest import copy_project
from dash import html
from fork_server import parsed_target, run_forked
from parsed_project import keep_parsed

from dashboards.blocks import ChartContents, Grid
from dashboards.data.store import Data, Store
from dashboards.filters import Filters
from dashboards.page import View
from dashboards.pages import about, overview
from dashboards.pages.registry import PAGES
from dashboards.theme import palette
from python_jobs.cli import cli
from python_jobs.dbt import read_metrics
from python_jobs.metrics.key_figures import in_words
from python_jobs.observability.health import Health
from python_jobs.observability.report import page
from python_jobs.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
BIN = REPOSITORY / ".venv" / "bin"
LABEL, MEANING = "Net revenue", "What is left after returns."
EDITED = " (edited)"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the project: one metric has another label and description, all others a label."""
    folder = tmp_path_factory.mktemp("edited")
    settings = dashboard_settings(folder)
    project = copy_project(folder / "copy")
    file = project / "models" / "semantic" / "metrics" / "sales_metrics.yml"
    text = file.read_text("utf-8")
    text = text.replace("label: Net sales\n", f"label: {LABEL}\n", 1)
    text = text.replace("\"{{ doc('net_sales') }}\"", MEANING, 1)
    file.write_text(text, "utf-8")
    for other in file.parent.glob("*.yml"):
        text = other.read_text("utf-8")
        for one in read_metrics(REPOSITORY).values():
            text = text.replace(
                f"\n    label: {one.label}\n", f"\n    label: {one.label}{EDITED}\n"
            )
        other.write_text(text, "utf-8")
    return replace(settings, project_dir=project)


def view(settings: Settings) -> View:
    write_sample(settings, 500)
    data: Data | None = Store(settings).data()
    assert data is not None
    return View(data, Filters(), palette("light"), "/", datetime.now(UTC).replace(tzinfo=None))


def test_the_dashboard_shows_it(settings: Settings) -> None:
    shown = view(settings)
    assert overview.fill(shown)["kpi-sales"].label == LABEL
    reading: Any = about.fill(shown)["about-reading"]
    parts = [(type(one), one.children) for one in reading.children]
    assert parts[parts.index((html.Dt, LABEL)) + 1] == (html.Dd, MEANING)


def test_no_heading_of_the_dashboard_is_written_by_hand(settings: Settings) -> None:
    """Columns of grids and tables, titles and series that name a metric say what its YAML says."""
    shown = view(settings)
    found: set[str] = set()
    for one_page in PAGES:
        contents = one_page.fill(shown)
        for block in one_page.blocks:
            if isinstance(block, Grid):
                columns = block.headed(shown.data.metrics).columns
                found |= {str(column["headerName"]) for column in columns}
            one = contents.get(block.id)
            if isinstance(one, ChartContents):
                names = {trace.get("name") or "" for trace in one.figure["data"]}
                found |= {one.title, *one.table.columns, *names}
    labels = {one.label.lower() for one in read_metrics(REPOSITORY).values()}
    old = {one for one in found if re.split(r" by | of ", one.lower())[0] in labels}
    assert old == set()
    assert {f"Orders{EDITED}", f"Return rate{EDITED}", f"Quarantined value{EDITED}"} <= found


def test_the_report_shows_it(settings: Settings) -> None:
    numbers = in_words(read_metrics(settings.project_dir), {"net_sales": Decimal("1234.5")})
    text = page(Health("sample"), numbers, [], datetime.now(UTC))
    assert f'<th scope="row">{LABEL}</th><td>1,234.50</td><td>{MEANING}</td>' in text


def test_the_command_shows_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(settings.project_dir)
    told = json.loads(CliRunner().invoke(cli, ["metrics", "--json"]).stdout)
    (net,) = [one for one in told["metrics"] if one["name"] == "net_sales"]
    assert (net["label"], net["description"], net["unit"]) == (LABEL, MEANING, "currency")
    assert {"country", "status", "category", "payment_method", "feed", "customer", "product"} <= {
        one["name"] for one in net["dimensions"]
    }


def test_the_docs_show_it(settings: Settings) -> None:
    environment = {
        "PATH": str(BIN),
        "P360_SCHEMA": "edited",
        "P360_THRIFT_PORT": str(settings.thrift_port),
        "P360_TARGET": "ci",
    }
    keep_parsed(parsed_target(), REPOSITORY, settings.project_dir, environment)
    done = run_forked([str(BIN / "dbt"), "parse"], settings.project_dir, environment)
    assert done.returncode == 0, done.stdout
    manifest = json.loads((settings.project_dir / "target" / "manifest.json").read_text("utf-8"))
    net = manifest["metrics"]["metric.project_360.net_sales"]
    assert (net["label"], net["description"]) == (LABEL, MEANING)


def test_each_metric_says_what_it_is() -> None:
    metrics = read_metrics(REPOSITORY)
    assert len(metrics) > 20
    for one in metrics.values():
        assert all((one.label, one.description, one.unit, one.owner)), one.name
        assert "{{" not in one.description
        assert all(dimension.label for dimension in one.dimensions), one.name
    labels = [one.label for one in metrics.values()]
    assert len(set(labels)) == len(labels)


def test_what_is_read_without_metricflow_is_what_metricflow_knows() -> None:
    from python_jobs.metrics.rendering import Renderer

    manifest = (parsed_target() / "semantic_manifest.json").read_text("utf-8")
    engine = Renderer(manifest)._engine
    metrics = read_metrics(REPOSITORY)
    known = {one.name: one for one in engine.list_metrics()}
    assert set(known) == set(metrics)
    for name, one in metrics.items():
        dimensions = {
            dimension.granularity_free_dunder_name for dimension in known[name].dimensions
        }
        ours = {dimension.path for dimension in one.dimensions if dimension.kind != "entity"}
        times = {path for path in dimensions if path.endswith(("metric_time", "_date"))}
        assert dimensions - times == ours, name
