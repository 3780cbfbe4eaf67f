"""Data tests answered together find what they find one by one, on sound rows and on broken ones."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from conftest import Scratch, scratch_project
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import TestNode
from dbt_lean_tests.batches import Batch

PARENT = """
select id, cast(amount as decimal(18, 2)) as amount, sale_date, kind, who, array('x', who) as tags
from values
    (1, 1.50, '2025-01-01', 'a', 'Anna'),
    (2, 2.50, '2025-01-02', 'b', 'paul@example.org'),
    (2, 3.50, 'tomorrow', 'c', null)
    as sales (id, amount, sale_date, kind, who)
"""
CHILD = "select id, amount, kind from {{ ref('parent') }} where id = 1"
EMPTY = "select id from {{ ref('child') }} where false"
TYPES = {
    "id": "int",
    "amount": "decimal(18,2)",
    "sale_date": "string",
    "kind": "string",
    "who": "string",
    "tags": "array<string>",
}


def data_test(
    kind: str, name: str, arguments: object = None, **config: object
) -> dict[str, object]:
    """Return a test as YAML has it."""
    described: dict[str, object] = {"name": name}
    if arguments:
        described["arguments"] = arguments
    if config:
        described["config"] = config
    return {kind: described}


PARENT_TESTS = [
    data_test("declared_types", "types"),
    data_test("no_email_address", "no_address"),
    data_test("one_row_per", "one_row", {"columns": ["id"]}),
    data_test("one_row_per", "one_row_sound", {"columns": ["kind"]}),
    data_test("is_true", "above_one", {"expression": "amount > 1"}),
    data_test("is_true", "above_two", {"expression": "amount > 2"}),
    data_test("is_true", "warns", {"expression": "amount > 3"}, severity="warn"),
    data_test("is_true", "in_bounds", {"expression": "amount > 3"}, error_if="> 2", warn_if=">= 2"),
    data_test(
        "is_true", "share", {"expression": "amount > 3"}, error_if="> 70 %", warn_if="> 50 %"
    ),
    data_test(
        "is_true", "money", {"expression": "amount > 3"}, error_if="> 3.99", warn_if="> 4.50"
    ),
    data_test("is_true", "where", {"expression": "amount > 3"}, where="kind <> 'a'"),
    data_test("is_true", "limit", {"expression": "amount > 3"}, limit=1),
    data_test("is_true", "asks", {"expression": "id in (select id from {{ ref('parent') }})"}),
    data_test("is_true", "stored", {"expression": "amount > 2"}, store_failures=True),
    data_test("is_true", "summed", {"expression": "amount > 3"}, fail_calc="sum(id)"),
]
CHILD_TESTS = [
    data_test("declared_types", "child_types"),
    data_test("is_true", "child_above_two", {"expression": "amount > 2"}),
    data_test("same_row_count", "same_count", {"other": "ref('parent')"}),
    data_test(
        "same_sum",
        "same_sum",
        {"expression": "amount", "other": "ref('parent')", "other_expression": "amount"},
    ),
]
EMPTY_TESTS = [
    data_test("declared_types", "types_of_nothing"),
    data_test("is_true", "nothing_is_true", {"expression": "id = 1"}),
]
BROKEN = data_test("is_true", "broken", {"expression": "no_such_column > 1"})
COLUMN_TESTS = {
    "id": [{"unique": {"name": "unique_id"}}, {"not_null": {"name": "id_there"}}],
    "kind": [{"accepted_values": {"name": "kinds", "arguments": {"values": ["a", "b"]}}}],
    "sale_date": [{"is_a_day": {"name": "days"}}],
    "who": [{"not_null": {"name": "who_there"}}],
}
FOUND = {
    "types": 0, "no_address": 2, "one_row": 1, "one_row_sound": 0, "above_one": 0, "above_two": 1,
    "warns": 2, "in_bounds": 2, "share": 2, "money": 2, "where": 1, "limit": 1, "asks": 0,
    "stored": 1, "summed": 3, "child_types": 1, "child_above_two": 1, "same_count": 1,
    "same_sum": 1, "unique_id": 1, "id_there": 0, "kinds": 1, "days": 1, "who_there": 1,
    "types_of_nothing": 1, "nothing_is_true": 0,
}  # fmt: skip
STATUSES = {"warns": "warn", "in_bounds": "warn", "share": "warn"}


@pytest.fixture(scope="module")
def project(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """Two small models with each kind of test, most of which find something."""
    folder = tmp_path_factory.mktemp("lean") / "project"
    for scratch in scratch_project(server, folder, "lean"):
        for part in ("models", "seeds", "snapshots", "tests/singular"):
            shutil.rmtree(folder / part)
        file = folder / "dbt_project.yml"
        content = yaml.safe_load(file.read_text("utf-8"))
        content["on-run-start"] = ["{{ begin_run() }}"]
        content["models"] = {"project_360": {"+materialized": "table", "+file_format": "parquet"}}
        content.pop("seeds")
        file.write_text(yaml.safe_dump(content), "utf-8")
        (folder / "models").mkdir()
        (folder / "models" / "parent.sql").write_text(PARENT, "utf-8")
        (folder / "models" / "child.sql").write_text(CHILD, "utf-8")
        (folder / "models" / "empty.sql").write_text(EMPTY, "utf-8")
        columns = [
            {"name": name, "data_type": kind, "data_tests": COLUMN_TESTS.get(name, [])}
            for name, kind in TYPES.items()
        ]
        wrong = [{"name": "id", "data_type": "int"}, {"name": "kind", "data_type": "string"}]
        wrong.append({"name": "amount", "data_type": "decimal(18,3)"})
        models = [
            {"name": "parent", "columns": columns, "data_tests": PARENT_TESTS},
            {"name": "child", "columns": wrong, "data_tests": CHILD_TESTS},
            {
                "name": "empty",
                "columns": [{"name": "id", "data_type": "bigint"}],
                "data_tests": EMPTY_TESTS,
            },
        ]
        described = {"models": models}
        (folder / "models" / "models.yml").write_text(yaml.safe_dump(described), "utf-8")
        built = scratch.dbt("run")
        assert built.returncode == 0, built.stdout
        yield scratch


def results(project: Scratch, *words: str) -> tuple[dict[str, tuple[str, int]], Counter[str]]:
    """Return what each test found, and the number of statements that each was sent with."""
    log = project.folder / "logs" / "dbt.log"
    log.unlink(missing_ok=True)
    project.dbt("test", *words)
    told = json.loads((project.folder / "target" / "run_results.json").read_text("utf-8"))
    found = {
        one["unique_id"].split(".")[2]: (one["status"], one["failures"] or 0)
        for one in told["results"]
        if one["unique_id"].startswith("test.")
    }
    sent = Counter(re.findall(r"\] On test\.project_360\.(\w+)\.", log.read_text("utf-8")))
    sent.update(re.findall(r"\[debug\] .*?: On test\.project_360\.(\w+)", log.read_text("utf-8")))
    return found, sent


def test_together_or_one_by_one_they_find_the_same(project: Scratch) -> None:
    together, few = results(project)
    alone, many = results(project, "--vars", "{batch_tests: false}")
    expected = {
        name: (STATUSES.get(name, "fail" if count else "pass"), count)
        for name, count in FOUND.items()
    }
    assert together == expected
    assert alone == expected
    assert len(many) == len(FOUND)
    # One for each model, two of tests that cannot join, one of types that no row tells.
    assert len(few) == 3 + 2 + 1, few


def test_a_broken_test_takes_no_other_down(project: Scratch) -> None:
    file = project.folder / "models" / "models.yml"
    before = file.read_text("utf-8")
    content = yaml.safe_load(before)
    content["models"][1]["data_tests"].append(BROKEN)
    file.write_text(yaml.safe_dump(content), "utf-8")
    try:
        found, _ = results(project, "--select", "child")
    finally:
        file.write_text(before, "utf-8")
    assert found.pop("broken") == ("error", 0)
    siblings = ("child_types", "child_above_two", "same_count", "same_sum")
    assert found == dict.fromkeys(siblings, ("fail", 1))


def test_two_threads_never_compile_a_test_at_once() -> None:
    compiled: Counter[str] = Counter()
    both_at_once: set[str] = set()
    being_compiled: set[str] = set()

    def compile_node(node: TestNode, *_: object) -> None:
        if node.unique_id in being_compiled:
            both_at_once.add(node.unique_id)
        being_compiled.add(node.unique_id)
        time.sleep(0.01)
        being_compiled.discard(node.unique_id)
        compiled[node.unique_id] += 1

    nodes: list[Any] = [SimpleNamespace(unique_id=name) for name in "abcd"]
    runner: Any = SimpleNamespace(compiler=SimpleNamespace(compile_node=compile_node))
    batch = Batch(nodes)
    with ThreadPoolExecutor(4) as threads:
        for node in nodes * 4:
            threads.submit(batch.compile, runner, node, Manifest())
    assert not both_at_once
    assert compiled == Counter("abcd")
