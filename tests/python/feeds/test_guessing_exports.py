"""The guesser over exports in the shapes that real systems write: which column is which cell."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY
from feeds.exported import FOLDER, Export, all_exports, read_yaml

from python_jobs.errors import P360Error
from python_jobs.feeds.new_feed import write_feed
from python_jobs.settings import Settings

EXPORTS = all_exports()
DISPOSITIONS = ("accepted", "quarantined", "duplicate", "superseded")
KEYS = {
    *("about", "add", "said", "guessed", "wants", "records", *DISPOSITIONS),
    *("reasons", "warnings", "sales_amount", "returns_amount", "rows"),
}
# What each export has to say, beside what may be left out.
NEEDED = KEYS - {"add", "said", "wants", "warnings"}


def name_of(export: Export) -> str:
    return export.name


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    """Settings of a project that has what a new feed is written beside, and no feed."""
    folder = tmp_path / "project"
    (folder / "models" / "bronze").mkdir(parents=True)
    (folder / "seeds").mkdir()
    for file in ("bronze_sales.yml", "bronze_sales.sql"):
        shutil.copy(REPOSITORY / "models" / "bronze" / file, folder / "models" / "bronze")
    return Settings.from_environment({}, folder)


def guessed_sources(settings: Settings, feed: str) -> dict[str, str | list[str]]:
    """Return the header, or headers, of each cell that the declaration fills from columns."""
    file = settings.project_dir / "models" / "bronze" / f"bronze_sales_{feed}.yml"
    content = read_yaml(file)
    (table,) = content["sources"][0]["tables"]
    headers = {column["name"]: column["config"]["meta"]["header"] for column in table["columns"]}
    (model,) = content["models"]
    sources: dict[str, str | list[str]] = {}
    for cell, said in model["config"]["meta"]["feed"]["cells"].items():
        named = said
        if isinstance(said, dict):
            named = said.get("column") or said.get("columns") or said.get("first_filled")
        if isinstance(named, str):
            sources[cell] = headers[named]
        elif named:
            sources[cell] = [headers[name] for name in named]
    return sources


@pytest.mark.parametrize("export", EXPORTS, ids=name_of)
def test_each_cell_comes_from_the_column_that_a_person_would_choose(
    project: Settings, tmp_path: Path, export: Export
) -> None:
    wants = export.expected.get("wants")
    try:
        write_feed(project, export.name, export.write(tmp_path), said=export.said)
    except P360Error as error:
        if wants:
            pytest.xfail(f"{wants} ({error})")
        raise
    sources = guessed_sources(project, export.name)
    if wants and sources != export.expected["guessed"]:
        pytest.xfail(wants)
    assert sources == export.expected["guessed"]


@pytest.mark.parametrize("export", EXPORTS, ids=name_of)
def test_what_is_expected_adds_up(export: Export) -> None:
    expected = export.expected
    assert set(expected) <= KEYS, set(expected) - KEYS
    assert set(expected) >= NEEDED, NEEDED - set(expected)
    assert expected["records"] == sum(expected[name] for name in DISPOSITIONS)
    assert len(expected["rows"]) == expected["accepted"]
    assert expected["quarantined"] <= sum(expected["reasons"].values())
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in expected["rows"]:
        sums[row["status"]] += Decimal(row["amount"])
        assert_typed(row)
    assert sums["Completed"] == Decimal(expected["sales_amount"])
    assert sums["Returned"] == Decimal(expected["returns_amount"])


def assert_typed(row: Mapping[str, Any]) -> None:
    """Check that a row's cells are texts, as YAML would otherwise read days and numbers."""
    for cell, value in row.items():
        assert isinstance(value, str), f"{cell}: quote {value!r}"
    assert {"transaction_at", "amount", "status"} <= set(row)


def test_no_export_is_left_out() -> None:
    named = {export.path.name for export in EXPORTS}
    named |= {f"{export.name}.expected.yml" for export in EXPORTS}
    assert named == {path.name for path in FOLDER.iterdir()}
    assert len(EXPORTS) >= 40
