"""Exports in the shapes that real systems write, from the file to typed and judged rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from conftest import Scratch, scratch_project
from feeds.exported import Export, all_exports

from python_jobs.errors import P360Error
from python_jobs.feeds.check import Check, check_files, read_check
from python_jobs.feeds.declarations import read_feed
from python_jobs.feeds.declared_cells import check_declaration
from python_jobs.feeds.judging import JudgedFiles, judged_files
from python_jobs.feeds.new_feed import write_feed
from python_jobs.feeds.raw_files import FileFormat
from python_jobs.settings import Settings

EXPORTS = all_exports()
FOUND_OUT = FileFormat()
ONE_OF = 8
FEED = "export"  # All are checked under one name: dbt keeps what it parsed while that is so.
NUMBERS = ("quantity", "unit_price", "amount")
# Each of these goes the whole way, since builds take long: one of each kind of trouble.
BUILT = ("german_erp", "shopify_like", "negative_amounts", "foreign_currency", "workbook")
SAMPLES = Path(__file__).with_name("known_exports")
KNOWN = sorted(file.name.removesuffix(".expected.yml") for file in SAMPLES.glob("*.expected.yml"))
NOT_BUILT = ("models/gold", "models/ml", "models/semantic", "models/observability", "snapshots")


@pytest.fixture(scope="module")
def project(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """A project of the models up to silver, which dbt reads sooner than the whole."""
    folder = tmp_path_factory.mktemp("exports") / "project"
    for scratch in scratch_project(server, folder, "exports"):
        for part in NOT_BUILT:
            shutil.rmtree(folder / part)
        for file in (folder / "models" / "silver").iterdir():
            if file.stem != "silver_sales_assessed":
                file.unlink()
        yield scratch


def declare_anew(settings: Settings, feed: str, sample: Path, said: FileFormat = FOUND_OUT) -> Path:
    """Guess the declaration of a feed, in place of an earlier one, and return its file."""
    model = settings.project_dir / "models" / "bronze" / f"bronze_sales_{feed}.sql"
    for file in (model, model.with_suffix(".yml")):
        file.unlink(missing_ok=True)
    write_feed(settings, feed, sample, said=said)
    return model.with_suffix(".yml")


def declare(settings: Settings, feed: str, export: Export, folder: Path) -> Path:
    """Guess the declaration of an export, and add what a person must write."""
    file = export.write(folder)
    path = declare_anew(settings, feed, file, export.said)
    content = yaml.safe_load(path.read_text("utf-8"))
    merge(content["models"][0]["config"]["meta"]["feed"], export.expected.get("add") or {})
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    check_declaration(settings, read_feed(settings, feed))
    return file


def judge_a_part(request: pytest.FixtureRequest, place: int) -> None:
    """Skip most exports unless all are asked for: each takes Spark and dbt some seconds."""
    if place % ONE_OF and not request.config.getoption("--all-exports"):
        pytest.skip(f"one of {ONE_OF} exports is judged; make test-exports judges all")


def merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if key == "cells":
            into.setdefault("cells", {}).update(value)
        else:
            into[key] = value


def told(check: Check) -> dict[str, Any]:
    """Return what a check says in the words of the expected files."""
    return {
        "records": check.records,
        **check.dispositions,
        "reasons": check.reasons,
        "sales_amount": check.sales_amount,
        "returns_amount": check.returns_amount,
    }


def expected_of(export: Export) -> dict[str, Any]:
    named = ("records", "accepted", "quarantined", "duplicate", "superseded", "reasons")
    sums = {key: Decimal(export.expected[key]) for key in ("sales_amount", "returns_amount")}
    return {key: export.expected[key] for key in named} | sums


def accepted(judged: JudgedFiles, columns: list[str]) -> list[tuple[str | None, ...]]:
    """Return cells of the accepted rows as text, in file order."""
    cells = ", ".join(
        "make_timestamp(epoch_us(transaction_at))"
        if column == "transaction_at"
        else f"cast({column} as varchar)"
        for column in columns
    )
    rows = duckdb.sql(
        f"select {cells} from '{judged.rows}' where disposition = 'accepted' "
        "order by _source_file, _row_number"
    ).fetchall()
    return [
        tuple(cell.isoformat() if isinstance(cell, datetime) else cell for cell in row)
        for row in rows
    ]


def quarantined(judged: JudgedFiles) -> list[tuple[str | None, ...]]:
    """Return the number and the first reason of the quarantined records."""
    return duckdb.sql(
        f"select _row_number, rejection_reasons[1] from '{judged.rows}' "
        "where disposition = 'quarantined'"
    ).fetchall()


def differences(judged: JudgedFiles, export: Export) -> list[str]:
    """Return what differs between the accepted rows and those that are expected, in file order."""
    rows = export.expected["rows"]
    columns = list(dict.fromkeys(name for row in rows for name in row)) or ["_row_number"]
    found = accepted(judged, columns)
    wrong = [] if len(found) == len(rows) else [f"{len(found)} rows, not {len(rows)}"]
    for place, (row, got) in enumerate(zip(rows, found, strict=False), 1):
        for name, value in zip(columns, got, strict=True):
            if name in row and not same(name, row[name], value):
                wrong.append(f"row {place}: {name} is {value}, not {row[name]}")
    return wrong


def same(name: str, expected: str, value: str | None) -> bool:
    if value is None:
        return expected == ""
    if name in NUMBERS:
        return Decimal(expected) == Decimal(value)
    return expected == value


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_export_is_read_as_a_person_reads_it(
    project: Scratch, tmp_path: Path, request: pytest.FixtureRequest, export: Export
) -> None:
    judge_a_part(request, EXPORTS.index(export))
    settings = Settings.from_environment(project.environment, project_dir=project.folder)
    wants = export.expected.get("wants")
    try:
        file = declare(settings, FEED, export, tmp_path)
        with judged_files(settings, FEED, [file]) as judged:
            found = told(read_check(settings, judged))
            wrong = differences(judged, export)
    except P360Error as error:
        if wants:
            pytest.xfail(f"{wants} ({error})")
        raise
    if wants and (wrong or found != expected_of(export)):
        pytest.xfail(wants)
    assert found == expected_of(export)
    assert wrong == []


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_export_is_read_as_by_hand(
    project: Scratch, request: pytest.FixtureRequest, name: str
) -> None:
    judge_a_part(request, KNOWN.index(name))
    settings = Settings.from_environment(project.environment, project_dir=project.folder)
    expected = yaml.safe_load((SAMPLES / f"{name}.expected.yml").read_text("utf-8"))
    (sample,) = (one for one in SAMPLES.glob(f"{name}.*") if one.suffix in (".csv", ".txt"))
    declare_anew(settings, FEED, sample)
    check_declaration(settings, read_feed(settings, FEED))
    columns = list(dict.fromkeys(key for row in expected["sales"] for key in row))
    columns = ["_row_number", *(key for key in columns if key != "record")]
    with judged_files(settings, FEED, [sample]) as judged:
        check = read_check(settings, judged)
        found = accepted(judged, columns)
        set_aside = {int(str(row)): reason for row, reason in quarantined(judged)}
    wrong = [
        f"record {row['record']}: {key} is {value}, not {row.get(key)}"
        for row, got in zip(expected["sales"], found, strict=True)
        for key, value in zip(columns[1:], got[1:], strict=True)
        if key in row and not same(key, str(row[key]).removesuffix("Z"), value)
    ]
    assert wrong == []
    assert [int(str(got[0])) for got in found] == [row["record"] for row in expected["sales"]]
    assert check.records == expected["records"]
    reasons = expected.get("quarantined") or {}
    assert set(set_aside) == set(reasons)
    for record, reason in reasons.items():
        assert set_aside[record] in ([reason] if isinstance(reason, str) else reason), record
    assert check.sales_amount == Decimal(expected["sales_amount"])
    assert check.returns_amount == Decimal(expected["returns_amount"])


@pytest.mark.parametrize("name", BUILT)
def test_a_build_comes_to_what_the_check_said(
    project: Scratch, tmp_path: Path, request: pytest.FixtureRequest, name: str
) -> None:
    judge_a_part(request, BUILT.index(name))
    settings = Settings.from_environment(project.environment, project_dir=project.folder)
    export = next(one for one in EXPORTS if one.name == name)
    file = declare(settings, name, export, tmp_path)
    check = check_files(settings, name, [file])
    ingested = project.p360("ingest", name, str(file))
    assert ingested.returncode == 0, ingested.stderr
    chosen = ("sales_corrections", "exchange_rates", f"bronze_sales_{name}", "bronze_sales")
    built = project.dbt(
        *("build", "--vars", f"{{feed: {name}}}", "--exclude-resource-type", "unit_test", "test"),
        *("--select", *chosen, "silver_sales_assessed"),
    )
    assert built.returncode == 0, built.stdout
    rows = project.query(
        "select disposition, count(*) from {s}.silver_sales_assessed group by disposition"
    )
    assert dict(rows) == {name: count for name, count in check.dispositions.items() if count}


def test_a_form_that_reads_no_cell_is_told(project: Scratch, tmp_path: Path) -> None:
    settings = Settings.from_environment(project.environment, project_dir=project.folder)
    export = next(one for one in EXPORTS if one.name == "german_erp")
    file = declare(settings, FEED, export, tmp_path)
    model = f"models/bronze/bronze_sales_{FEED}.yml"
    project.edit(model, "dd.MM.yyyy", "MM/dd/yyyy")
    check = check_files(settings, FEED, [file])
    assert set(check.unread) == {"transaction_at"}
    done = project.p360("feed", "check", FEED, str(file))
    assert done.returncode == 1
    assert f"{model}: cell transaction_at is read from no record, not even" in done.stderr
