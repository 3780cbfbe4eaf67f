"""Saved queries: MetricFlow, `p360 metrics query` and a build ask the same. Without Spark."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from browser.workspace import REPOSITORY
from fork_server import parsed_target

from python_jobs.dbt import read_metrics
from python_jobs.dbt.saved_queries import SavedQuery, read_saved_queries
from python_jobs.errors import P360Error
from python_jobs.metrics.exports import exported_sql
from python_jobs.metrics.question import Asked, understand
from python_jobs.metrics.rendering import Renderer

METRICS = read_metrics(REPOSITORY)
SAVED = read_saved_queries(REPOSITORY)
EXPORTED = [one for one in SAVED.values() if one.exports]
_CALL = re.compile(r"{{ saved_query\('(\w+)'\) }}")


@pytest.fixture(scope="module")
def manifest() -> str:
    return (parsed_target() / "semantic_manifest.json").read_text("utf-8")


@pytest.fixture(scope="module")
def renderer(manifest: str) -> Renderer:
    return Renderer(manifest)


def without_places(sql: str) -> str:
    """Return SQL without what differs by place: schemas, and the order of rows."""
    return re.sub(r"\b(FROM|JOIN) \w+\.", r"\1 ", sql).partition("\nORDER BY")[0]


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_query_asks_its_metrics(name: str, renderer: Renderer) -> None:
    """MetricFlow makes of the name what it makes of its metrics and groups, as people type them."""
    saved = SAVED[name]
    question = understand(Asked(saved_query=name), METRICS, SAVED)
    typed = understand(Asked(saved.metrics, tuple(one for one, _ in question.groups)), METRICS)
    as_mf_asks = without_places(renderer.saved_sql(name))
    assert without_places(renderer.sql(question)) == as_mf_asks
    assert without_places(renderer.sql(typed)) == as_mf_asks


@pytest.mark.parametrize("saved", EXPORTED, ids=lambda one: one.name)
def test_a_build_writes_what_a_saved_query_asks(
    saved: SavedQuery, manifest: str, renderer: Renderer, tmp_path: Path
) -> None:
    written = exported_sql(manifest, tmp_path)
    assert set(written) == {one.name for one in EXPORTED}
    assert written[saved.name] == without_places(renderer.saved_sql(saved.name))


def test_each_export_is_a_model_of_its_name_and_each_such_model_an_export() -> None:
    exports = {name: one.name for one in EXPORTED for name in one.exports}
    calls = {
        file.stem: _CALL.findall(file.read_text("utf-8"))
        for file in (REPOSITORY / "models").rglob("*.sql")
    }
    assert {name: found for name, found in calls.items() if found} == {
        name: [query] for name, query in exports.items()
    }
    parsed = json.loads((parsed_target() / "manifest.json").read_text("utf-8"))
    for one in parsed["saved_queries"].values():
        for export in one["exports"]:
            model = parsed["nodes"][f"model.project_360.{export['name']}"]
            assert export["config"]["export_as"] == model["config"]["materialized"]


def test_the_guide_says_what_each_table_holds_that_is_no_export() -> None:
    guide = (REPOSITORY / "docs" / "metrics.md").read_text("utf-8")
    named = set(re.findall(r"`(semantic_\w+)(\*?)`", guide))
    for file in (REPOSITORY / "models" / "semantic").glob("semantic_*.sql"):
        parts = [(file.stem, ""), (f"{file.stem.rsplit('_', 1)[0]}_", "*")]
        assert named & set(parts), f"{file.stem} is not in docs/metrics.md"


def test_a_saved_query_is_narrowed_by_what_else_is_typed(renderer: Renderer) -> None:
    asked = Asked(saved_query="sales_by_day", where=("country = 'Spain'",), start="2025-02-01")
    sql = renderer.sql(understand(asked, METRICS, SAVED))
    assert "sale__country = 'Spain'" in sql
    assert "metric_time__day >= date '2025-02-01'" in sql


def test_sql_is_written_anew_only_where_a_definition_changed(
    manifest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported_sql(manifest, tmp_path)
    asked = []
    monkeypatch.setattr(Renderer, "saved_sql", lambda _, name: asked.append(name) or "select 1")
    elsewhere = json.loads(manifest)
    for one in elsewhere["semantic_models"]:
        one["node_relation"]["schema_name"] = "another_schema"
    elsewhere["metrics"].reverse()
    exported_sql(json.dumps(elsewhere), tmp_path)
    assert asked == []
    (sold,) = [one for one in elsewhere["semantic_models"] if one["name"] == "sales"]
    sold["measures"][0]["expr"] = "2 * amount"
    exported_sql(json.dumps(elsewhere), tmp_path)
    assert sorted(asked) == sorted(one.name for one in EXPORTED)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(saved_query="sales_by_dy"), "there is no saved query 'sales_by_dy'; did you mean"),
        (Asked(("orders",), saved_query="sales_by_day"), "has metrics and groups of its own"),
        (Asked(by=("month",), saved_query="sales_by_day"), "has metrics and groups of its own"),
        (Asked(saved_query="sales_by_day", where=("contry = 'x'",)), "did you mean country"),
    ],
)
def test_bad_questions_are_refused_in_a_line(asked: Asked, said: str) -> None:
    with pytest.raises(P360Error, match=re.escape(said)) as refused:
        understand(asked, METRICS, SAVED)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("group", "path"),
    [
        ("TimeDimension('metric_time', 'month')", "metric_time__month"),
        ('Dimension("sale__status")', "sale__status"),
        ("Entity('customer')", "customer"),
        ("metric_time__week", "metric_time__week"),
    ],
)
def test_groups_are_read_in_each_form(group: str, path: str, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()

    def write(groups: list[str]) -> None:
        one = {"name": "one", "query_params": {"metrics": ["a"], "group_by": groups}}
        (folder / "saved.yml").write_text(f"saved_queries: {json.dumps([one])}", "utf-8")

    write([group])
    assert read_saved_queries(tmp_path)["one"].paths == (path,)
    write(["f(x) + 1"])
    with pytest.raises(P360Error, match="the saved query 'one' is grouped by"):
        read_saved_queries(tmp_path)
