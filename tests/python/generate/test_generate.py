"""The generator: same bytes, right numbers of rows, and a truth that the file itself confirms."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY

from python_jobs.generate import faults
from python_jobs.generate.calendar import DAYS, FIRST_DAY
from python_jobs.generate.files import CHUNK_ROWS, truth_path, write_sales
from python_jobs.generate.sales import UNUSUAL_KINDS
from python_jobs.generate.text import COLUMNS

SEED_FILE = REPOSITORY / "seeds" / "client_sales_raw.csv"


def read(path: Path) -> tuple[list[dict[str, str]], dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return rows, json.loads(truth_path(path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, str]], dict[str, Any]]:
    path = tmp_path_factory.mktemp("sample") / "sales.csv"
    write_sales(path, 30_000, 7)
    return read(path)


def test_the_seed_is_the_generators_output(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    write_sales(path, 5_000, 360)
    assert path.read_bytes() == SEED_FILE.read_bytes()
    assert truth_path(path).read_bytes() == truth_path(SEED_FILE).read_bytes()


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    write_sales(path, 5_000, 361)
    assert path.read_bytes() != SEED_FILE.read_bytes()


@pytest.mark.parametrize("rows", [1, 2, 10, 101, CHUNK_ROWS + 3])
def test_as_many_rows_as_asked_for(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "sales.csv"
    write_sales(path, rows, 1)
    records, truth = read(path)
    assert len(records) == rows
    assert sum(truth["dispositions"].values()) == rows


def test_columns_are_the_canonical_record() -> None:
    with SEED_FILE.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(COLUMNS)


def test_exact_copies_are_those_of_the_truth(
    sample: tuple[list[dict[str, str]], dict[str, Any]],
) -> None:
    rows, truth = sample
    seen: set[tuple[str, ...]] = set()
    copies = []
    for number, row in enumerate(rows, start=1):
        cells = tuple(row.values())
        if cells in seen:
            copies.append(number)
        seen.add(cells)
    assert copies == truth["duplicate_rows"]


def test_superseded_rows_have_a_later_record(
    sample: tuple[list[dict[str, str]], dict[str, Any]],
) -> None:
    rows, truth = sample
    faults_of_time = [f for name, f in truth["faults"].items() if name.startswith("time_")]
    unreadable = {number for fault in faults_of_time for number in fault["rows"]}
    latest: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        if number in unreadable:
            continue
        latest[row["transaction_id"]] = max(
            row["transaction_at"], latest.get(row["transaction_id"], "")
        )
    assert truth["superseded_rows"]
    for number in truth["superseded_rows"]:
        old = rows[number - 1]
        assert old["status"].strip().lower() == "pending"
        assert latest[old["transaction_id"]] > old["transaction_at"]


@pytest.mark.parametrize("fault", [f for f in faults.FAULTS if f.texts], ids=lambda f: f.name)
def test_planted_cells_hold_what_the_fault_says(
    sample: tuple[list[dict[str, str]], dict[str, Any]], fault: faults.Fault
) -> None:
    rows, truth = sample
    planted = truth["faults"][fault.name]
    assert planted["count"] == len(planted["rows"]) > 0
    assert {rows[number - 1][fault.group] for number in planted["rows"]} <= set(fault.texts)
    # ... and such a text stands nowhere else, but in exact copies.
    holders = {n for n, row in enumerate(rows, start=1) if row[fault.group] in fault.texts}
    twins = {n for f in truth["faults"].values() for n in f["rows"]} | set(truth["duplicate_rows"])
    assert holders - set(planted["rows"]) <= twins


def test_amounts_are_exact_but_for_planted_dirt(
    sample: tuple[list[dict[str, str]], dict[str, Any]],
) -> None:
    rows, truth = sample
    dirty = {n for f in truth["faults"].values() for n in f["rows"]} | set(truth["duplicate_rows"])
    for number, row in enumerate(rows, start=1):
        if number not in dirty:
            assert Decimal(row["quantity"]) * Decimal(row["unit_price"]) == Decimal(row["amount"])


def test_two_years_with_a_weekly_and_a_yearly_rhythm(
    sample: tuple[list[dict[str, str]], dict[str, Any]],
) -> None:
    from datetime import date, timedelta

    days = Counter(row["transaction_at"][:10] for row in sample[0])
    calendar = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    by_weekday = Counter[int]()
    by_month = Counter[int]()
    for day in calendar:
        by_weekday[day.weekday()] += days[day.isoformat()]
        by_month[day.month] += days[day.isoformat()]
    assert by_weekday[5] > 1.5 * by_weekday[6]  # Saturdays against Sundays
    assert by_month[12] > 1.5 * by_month[2]  # Christmas against February
    assert days[date(2024, 1, 1).isoformat()] > 0
    assert days[date(2025, 12, 31).isoformat()] > 0


def test_unusual_sales_stand_out_and_are_valid(
    sample: tuple[list[dict[str, str]], dict[str, Any]],
) -> None:
    rows, truth = sample
    assert len(truth["unusual"]) >= 20
    typical = sorted(
        Decimal(row["amount"]) for row in rows if row["amount"].replace(".", "").isdigit()
    )
    high = typical[int(len(typical) * 0.9)]
    for sale in truth["unusual"]:
        row = rows[sale["row"] - 1]
        assert row["transaction_id"] == sale["transaction_id"]
        assert Decimal(row["amount"]) == Decimal(sale["amount_cents"]) / 100
    kinds = Counter(sale["kind"] for sale in truth["unusual"])
    assert set(kinds) == set(UNUSUAL_KINDS)
    # A burst is many small sales; what is unusual about it is the night.
    dear = [s for s in truth["unusual"] if s["kind"] != "night_burst"]
    assert sum(Decimal(s["amount_cents"]) / 100 > high for s in dear) > 0.8 * len(dear)


def test_a_burst_is_one_customer_in_one_night(
    sample: tuple[list[dict[str, str]], dict[str, Any]],
) -> None:
    rows, truth = sample
    spoilt = ("time_missing", "time_impossible", "time_foreign_format", "customer_missing")
    unreadable = {number for name in spoilt for number in truth["faults"][name]["rows"]}
    bursts: dict[tuple[str, str], int] = {}
    for sale in truth["unusual"]:
        row = rows[sale["row"] - 1]
        if sale["kind"] == "night_burst" and sale["row"] not in unreadable:
            assert row["transaction_at"][11:13] in ("02", "03")
            night = (row["customer_id"], row["transaction_at"][:10])
            bursts[night] = bursts.get(night, 0) + 1
    assert bursts
    assert all(count >= 3 for count in bursts.values()), bursts
