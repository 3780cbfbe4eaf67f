"""A person is forgotten, cut off in the middle and begun again: no cent lost, no name left."""

from __future__ import annotations

import hashlib
import hmac
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from conftest import BIN, REPOSITORY, schema_of

from chaos.conftest import ChaosProject, parsed_copy, stop_group
from chaos.oracle import checksums
from python_jobs.dbt.rules import DECLARED_IN

HEADER = "nr;zeit;kunde;name;email;artikel;betrag;status;telefon\n"
SALES = """\
1;2025-01-01T10:00:00;K-77123;Zafira Unikum;zafira@mail.test;A;10.01;Completed;0555-1
2;2025-01-02T10:00:00;K-77123;Zafira Unikum;Zafira@mail.test;B;5.00;Returned;0555-1
2;2025-01-02T10:00:00;K-77123;Zafira Unikum;Zafira@mail.test;B;5.00;Returned;0555-1
3;2025-01-03T10:00:00;K-77123;Zafira Unikum;zafira@mail.test;A;abc;Completed;
4;2025-01-04T10:00:00;K-9;Ben Other;ben@mail.test;A;7.77;Completed;0666-1
5;zafira@mail.test;7
6;2025-01-06T10:00:00;;;ZAFIRA@mail.test;A;2.22;Completed;
8;2025-02-01T10:00:00; K-77123;Zafira Unikum;;C;3.33;Completed;
9;2025-02-02T10:00:00;K-9;Ben Other;ben@mail.test;A;1.11;Completed;
"""
CELLS = {
    "transaction_id": "nr",
    "transaction_at": "zeit",
    "customer_id": {"column": "kunde", "without_prefix": "K-"},
    "customer_name": "name",
    "customer_email": "email",
    "product_name": "artikel",
    "amount": "betrag",
    "status": "status",
}
OF_LINES = """\
- id: too_few_cells
  sentence: The line has fewer cells than the header.
  expression: _set_aside_reason = 'too_few_cells'
  severity: quarantine
"""
NAMES = ("zafira", "unikum", "77123", "0555-1")
FORGET = ("forget", "--customer", "77123", "--yes")
SUMS = (
    "select disposition, status, count(*), sum(amount) "
    "from {s}_live.silver_sales_assessed group by all order by 1, 2"
)
BY_CUSTOMER = (
    "select sale_count, net_amount, country from {s}_live.gold_sales_by_customer order by 1, 2 desc"
)
HISTORY = (
    "select customer_id, customer_name, dbt_valid_from, dbt_valid_to "
    "from {s}_live.gold_customers_history order by customer_name"
)


@pytest.fixture
def shop(
    small: Path, server: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[ChaosProject]:
    """A small project with a feed of files, sums by customer and a history of customers."""
    name = schema_of(request)
    project = parsed_copy(small, tmp_path / "project", server | {"P360_SCHEMA": name})
    for model in ("gold_sales_by_customer", "gold_customers"):
        for end in (".sql", ".yml"):
            copy_untested(f"models/gold/{model}{end}", project.folder)
    for model in ("gold_sales_daily", "gold_row_dispositions"):  # Not asked here.
        for end in (".sql", ".yml"):
            (project.folder / f"models/gold/{model}{end}").unlink()
    project.edit(DECLARED_IN, "{% set rules %}\n", "{% set rules %}\n" + OF_LINES)
    copy_untested("snapshots/gold_customers_history.yml", project.folder)
    declare(project)
    yield project
    with project.connect() as connection:
        for schema in (name, *(f"{name}_{part}" for part in ("live", "store", "records"))):
            connection.query(f"drop schema if exists {schema} cascade")


def copy_untested(file: str, folder: Path) -> None:
    """Copy a file of the project, YAML without its tests."""
    target = folder / file
    target.parent.mkdir(exist_ok=True)
    if target.suffix != ".yml":
        shutil.copy(REPOSITORY / file, target)
        return
    content = yaml.safe_load((REPOSITORY / file).read_text("utf-8"))
    content.pop("unit_tests", None)
    for node in [*content.get("models", []), *content.get("snapshots", [])]:
        for described in (node, *node["columns"]):
            described.pop("data_tests", None)
    target.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def declare(project: ChaosProject) -> None:
    """Declare the feed, and make it the project's."""
    columns = [{"name": name} for name in HEADER.strip().split(";")]
    table = {"name": "shop_raw", "columns": columns}
    source = {"name": "ingested", "schema": "{{ target.schema }}", "tables": [table]}
    model = {
        "name": "bronze_sales_shop",
        "config": {"meta": {"feed": {"cells": CELLS}, "has_orders": False}},
    }
    path = project.folder / "models" / "bronze" / "bronze_sales_shop.yml"
    path.write_text(yaml.safe_dump({"sources": [source], "models": [model]}), "utf-8")
    path.with_suffix(".sql").write_text("{{ declared_sales('shop') }}\n", "utf-8")
    project.edit("dbt_project.yml", "feed: client_sales", "feed: shop")


def load(project: ChaosProject, name: str, lines: str) -> str:
    """Load a file; return what was said."""
    path = project.folder.parent / name
    path.write_text(HEADER + lines, "utf-8")
    loaded = project.p360("ingest", "shop", str(path))
    assert loaded.returncode == 0, loaded.stderr
    return loaded.stderr


def build(project: ChaosProject, *words: str) -> None:
    """Build, as a person would."""
    built = project.dbt(*words)
    assert built.returncode == 0, built.stdout


def places_of(project: ChaosProject) -> list[str]:
    """Return the files that name the person; apart from the way in which the command looks."""
    warehouse, own = project.home / "warehouse", project.folder / "target"
    hashed = hmac.digest(b"public-demo-key", b"zafira@mail.test", hashlib.sha256).hex()
    found = []
    for folder in (*warehouse.glob(f"{project.schema}*.db"), own, project.home / "logs"):
        for path in (one for one in folder.rglob("*") if one.is_file()):
            if path.suffix == ".parquet":
                cells = [*texts(pq.read_table(path).to_pylist())]
            else:
                cells = [path.read_bytes().decode("utf-8", "replace").lower()]
            if any(name in cell for cell in cells for name in (*NAMES, hashed)):
                found.append(path.as_posix())
    return found


def texts(value: Any) -> Iterator[str]:
    """Yield all that is written in rows, bytes as digits too."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)
    elif isinstance(value, bytes):
        yield value.hex()
        yield value.decode("utf-8", "replace").lower()
    else:
        yield str(value).lower()


def cut_off(project: ChaosProject) -> None:
    """Kill the command once the raw rows are erased, and see that nothing goes on from there."""
    process = project.start([str(BIN / "p360"), *FORGET])
    assert process.stdout is not None
    said = [next(process.stdout)]
    while not said[-1].startswith("  raw rows"):
        said.append(next(process.stdout))
    stop_group(process, signal.SIGKILL)
    process.communicate()
    assert any("found: 6 rows" in line for line in said), said
    refused = project.build()
    assert refused.returncode != 0
    assert "run the same 'p360 forget' again" in refused.stdout


def test_a_person_is_forgotten_whatever_is_cut_off(shop: ChaosProject, tmp_path: Path) -> None:
    load(shop, "a.csv", SALES)
    build(shop, "build")
    build(shop, "seed", "--select", "exchange_rates")  # So that there is an older release.
    sums, by_customer, history = (shop.query(sql) for sql in (SUMS, BY_CUSTOMER, HISTORY))
    assert places_of(shop)
    with shop.connect() as connection:
        live = checksums(connection, f"{shop.schema}_live")

    cut_off(shop)
    with shop.connect() as connection:
        assert checksums(connection, f"{shop.schema}_live") == live

    done = shop.p360(*FORGET, "--report", str(tmp_path / "answer.md"))
    assert done.returncode == 0, done.stderr
    assert "going on with an erasure that was cut off" in done.stderr
    assert places_of(shop) == []
    assert shop.query(SUMS) == sums
    assert shop.query(BY_CUSTOMER) == by_customer
    assert [row[2:] for row in shop.query(HISTORY)] == [row[2:] for row in history[::-1]]
    answer = (tmp_path / "answer.md").read_text("utf-8")
    assert "| shop | shop-" in answer
    assert not any(name in answer.lower() for name in NAMES)
    account = "sum(raw_count), sum(erased_count), sum(unaccounted_count)"
    asked = f"select {account} from {{s}}_live.observability_row_account"
    assert shop.query(asked) == [(9, 7, 0)]
    assert len(shop.query("show views in {s}_store like 'release__*'")) == 1

    said = load(shop, "again.csv", SALES + "\n")
    build(shop, "run", "--select", "bronze_sales_shop+2")
    assert "7 of them are of people who were forgotten" in said
    assert places_of(shop) == []
    # All are copies of what is there, but the line that could not be read.
    again = "from {s}_live.silver_sales_assessed where _source_file = 'again.csv'"
    counted = f"select disposition, count(*) {again} group by 1 order by 1"
    assert shop.query(counted) == [("duplicate", 8), ("quarantined", 1)]
    assert shop.query(asked) == [(18, 14, 0)]
    done = shop.p360(*FORGET)
    assert done.returncode == 0, done.stderr
    assert "forgotten already" in done.stdout
