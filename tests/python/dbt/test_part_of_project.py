"""Models are compiled in a part of the project, in a process beside, to the same SQL."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import psutil
import pytest
from conftest import Scratch, copy_project

from python_jobs.dbt import compiler_beside
from python_jobs.dbt.kept_sql import are_kept, compiled_models
from python_jobs.dbt.part_of_project import part_of_project
from python_jobs.errors import P360Error
from python_jobs.feeds.new_feed import write_feed
from python_jobs.settings import Settings

MODELS = ("bronze_sales_shop", "bronze_sales", "silver_sales_assessed")
SHOP = {"feed": "shop"}


def models_of(folder: Path) -> set[str]:
    return {path.name for path in (folder / "models").rglob("*") if path.is_file()}


def test_a_part_holds_the_models_and_what_is_said_of_them(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    settings = Settings.from_environment({}, project)
    more = project / "models" / "silver" / "more.yml"
    more.write_text("models:\n  - {name: bronze_sales, config: {meta: {more: 1}}}\n", "utf-8")
    names = {"bronze_sales.sql", "bronze_sales.yml", "more.yml", "_docs.md"}
    folder = part_of_project(settings, ["bronze_sales"])
    assert models_of(folder) == names
    for part in ("dbt_project.yml", "seeds/exchange_rates.csv", "macros/text/clean_text.sql"):
        assert (folder / part).samefile(project / part)
    more.unlink()
    assert models_of(part_of_project(settings, ["bronze_sales"])) == names - {"more.yml"}
    assert part_of_project(settings, MODELS) != folder


@pytest.fixture
def shop(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project with a feed that has currencies, of which the SQL says more than of others."""
    settings = Settings.from_environment(scratch.environment, scratch.folder)
    sample = scratch.folder / "shop.csv"
    sample.write_text("date,qty,price,currency\n2025-01-02,3 pcs,2.00,EUR\n", "utf-8")
    write_feed(settings, "shop", sample)
    # Another process compiles only where this one has not loaded dbt for another test.
    monkeypatch.delitem(sys.modules, "dbt.cli.main", raising=False)
    return settings


def without_run(sql: dict[str, str]) -> dict[str, str]:
    return {name: re.sub(r"'\d{8}_\d{6}_\w{8}'", "RUN", text) for name, text in sql.items()}


def test_the_sql_is_that_of_the_whole_project(shop: Settings) -> None:
    with compiler_beside.models_compiled_beside(shop, "compiling", MODELS, SHOP) as compiled:
        of_part = without_run(compiled())
    assert "digest of the rates: " in of_part["silver_sales_assessed"]
    assert r"regexp_replace(qty, r'pcs\s*$', '')" in of_part["bronze_sales_shop"]
    assert are_kept(shop, MODELS, SHOP)
    # Now a model stands on one that is not in the part.
    model = shop.project_dir / "models" / "bronze" / "bronze_sales_shop.sql"
    stands_on = "-- {{ ref('obs_known_events') }}\n"
    model.write_text(model.read_text("utf-8") + stands_on, "utf-8")
    assert not are_kept(shop, MODELS, SHOP)
    of_whole = without_run(compiled_models(shop, "compiling", MODELS, SHOP))
    shown = re.sub(r"-- \S*obs_known_events\S*", "", of_whole["bronze_sales_shop"])
    assert shown.strip() == of_part["bronze_sales_shop"].strip()
    assert of_whole | {"bronze_sales_shop": ""} == of_part | {"bronze_sales_shop": ""}


def test_an_error_is_told_and_no_process_is_left(shop: Settings) -> None:
    (shop.project_dir / "dbt_project.yml").write_text("name: [", "utf-8")
    beside = compiler_beside.models_compiled_beside(shop, "compiling", MODELS, SHOP)
    with beside as compiled, pytest.raises(P360Error, match=r"^dbt compile failed: ") as raised:
        compiled()
    assert "\n" not in str(raised.value)
    before = set(psutil.Process().children())
    beside = compiler_beside.models_compiled_beside(shop, "compiling", MODELS, SHOP)
    with pytest.raises(P360Error, match="no such file"), beside:
        raise P360Error("no such file")
    assert set(psutil.Process().children()) == before
