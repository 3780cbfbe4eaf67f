"""A metric is defined once: what its YAML says is what every place shows. Without Spark."""

from __future__ import annotations

import ast
import json
import re
import shutil
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
from python_jobs.errors import P360Error
from python_jobs.metrics.key_figures import in_words
from python_jobs.observability.health import Health
from python_jobs.observability.report import page
from python_jobs.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
BIN = REPOSITORY / ".venv" / "bin"
LABEL, MEANING = "Net revenue", "What is left after returns."
UNIT, OWNER = "baskets", "Till"  # Of the metric orders.
EDITED = " (edited)"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the project: one metric has another label and description, one another unit.

    All others have another label.
    """
    folder = tmp_path_factory.mktemp("edited")
    settings = dashboard_settings(folder)
    project = copy_project(folder / "copy")
    file = project / "models" / "semantic" / "metrics" / "sales_metrics.yml"
    text = file.read_text("utf-8")
    text = text.replace("label: Net sales\n", f"label: {LABEL}\n", 1)
    text = text.replace("\"{{ doc('net_sales') }}\"", MEANING, 1)
    text = text.replace("{unit: orders, owner: Sales}", f"{{unit: {UNIT}, owner: {OWNER}}}", 1)
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
    assert (html.Dt, f"Orders{EDITED} ({UNIT})") in parts


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
    values = {"net_sales": Decimal("1234.5"), "orders": 1234}
    numbers = in_words(read_metrics(settings.project_dir), values)
    text = page(Health("sample"), numbers, [], datetime.now(UTC))
    assert f'<th scope="row">{LABEL}</th><td>1,234.50</td><td>{MEANING}</td>' in text
    assert f'<th scope="row">Orders{EDITED}</th><td>1,234 {UNIT}</td>' in text


def test_the_command_shows_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(settings.project_dir)
    told = json.loads(CliRunner().invoke(cli, ["metrics", "--json"]).stdout)
    (net,) = [one for one in told["metrics"] if one["name"] == "net_sales"]
    assert (net["label"], net["description"], net["unit"]) == (LABEL, MEANING, "currency")
    (orders,) = [one for one in told["metrics"] if one["name"] == "orders"]
    assert (orders["unit"], orders["owner"]) == (UNIT, OWNER)
    listed = " ".join(CliRunner().invoke(cli, ["metrics"]).stdout.split())
    assert f"Orders{EDITED} {UNIT} {OWNER}" in listed
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
    orders = manifest["metrics"]["metric.project_360.orders"]
    assert orders["config"]["meta"] == {"unit": UNIT, "owner": OWNER}


def test_each_metric_says_what_it_is() -> None:
    metrics = read_metrics(REPOSITORY)
    assert len(metrics) > 20
    for one in metrics.values():
        assert all((one.label, one.description, one.unit, one.owner)), one.name
        assert "{{" not in one.description
        for dimension in one.dimensions:
            assert dimension.label, (one.name, dimension.name)
            assert dimension.description, (one.name, dimension.name)
            assert "{{" not in dimension.description
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


def test_a_conversion_is_asked_by_what_may_convert(tmp_path: Path) -> None:
    def metrics_with(params: dict[str, Any]) -> dict[str, Any]:
        one = {"name": "again", "label": "Again", "type": "conversion", "type_params": params}
        (folder / "metrics" / "again.yml").write_text(f"metrics: {json.dumps([one])}", "utf-8")
        return read_metrics(tmp_path)

    folder = tmp_path / "models"
    shutil.copytree(REPOSITORY / "models" / "semantic" / "metrics", folder / "metrics")
    converting = {"base_measure": {"name": "buyer_count"}, "conversion_measure": "order_count"}
    found = metrics_with({"conversion_type_params": converting})
    assert found["again"].dimensions == found["net_sales"].dimensions
    with pytest.raises(P360Error, match="the metric 'again' is made of no measure"):
        metrics_with({})


def test_notebooks_take_names_of_metrics_from_the_yaml() -> None:
    labels = {one.label.lower() for one in read_metrics(REPOSITORY).values()}
    for file in (REPOSITORY / "notebooks").glob("*.ipynb"):
        cells = json.loads(file.read_text("utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        texts = {
            node.value.lower()
            for one in code
            for node in ast.walk(ast.parse(one))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert {text for text in texts if re.split(r" by | of ", text)[0] in labels} == set(), file
