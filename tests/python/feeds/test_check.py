"""`p360 feed check` of many records: a sample that is said, drawn evenly, the same each time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import Scratch, scratch_project

from python_jobs.feeds.check import Check, check_files
from python_jobs.feeds.check_report import print_check
from python_jobs.feeds.judging import _draw_sample, judged_files
from python_jobs.feeds.new_feed import write_feed
from python_jobs.settings import Settings

HEADER = "Belegnr;Datum;Kunde;Menge;Einzelpreis;Betrag;Status"
ROWS, DAYS = 2_000, 28


@pytest.fixture(scope="module")
def project(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    folder = tmp_path_factory.mktemp("check") / "project"
    yield from scratch_project(server, folder, "check")


@pytest.fixture(scope="module")
def settings(project: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A project with the feed shop."""
    one = Settings.from_environment(project.environment, project_dir=project.folder)
    sample = tmp_path_factory.mktemp("sample") / "shop.csv"
    sample.write_text("\n".join((HEADER, *lines(ROWS), "")), "utf-8")
    write_feed(one, "shop", sample)
    return one


def lines(count: int) -> list[str]:
    """Return sales of 2,00, every tenth with a price that cannot be read."""
    return [
        f"R-{n};{n % DAYS + 1:02}.01.2025;K{n % 7};2;{'1,00' if n % 10 else 'x'};2,00;Bezahlt"
        for n in range(count)
    ]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Two files, with a line set aside at every hundredth place."""
    folder = tmp_path / "drop"
    folder.mkdir()
    rows = [row if n % 100 else f"{row};too;many" for n, row in enumerate(lines(ROWS), 1)]
    for name, part in (("a", rows[:500]), ("b", rows[500:])):
        (folder / f"{name}.csv").write_text("\n".join((HEADER, *part, "")), "utf-8")
    return folder


def test_a_sample_is_even_and_said(settings: Settings, project: Scratch, drop: Path) -> None:
    whole = check_files(settings, "shop", [drop], None)
    assert (whole.records, whole.sampled, whole.set_aside) == (2_000, None, {"too_many_cells": 20})
    assert whole.reasons == {"unit_price_unreadable": 200, "too_many_cells": 20}
    assert whole.dispositions["accepted"] == 1_780
    part = check_files(settings, "shop", [drop], 990)
    assert (part.records, part.sampled, part.set_aside) == (2_000, 990, whole.set_aside)
    assert sum(part.dispositions.values()) == 990
    # Lines set aside are known whole, and are none of the sample.
    assert set(part.reasons) == {"unit_price_unreadable"}
    assert part.accepted_share == pytest.approx(whole.accepted_share, abs=0.02)
    assert part.sales_amount == 2 * part.dispositions["accepted"]
    assert check_files(settings, "shop", [drop], 990) == part
    assert check_files(settings, "shop", [drop], 1_980).sampled is None  # So many can be read.


def test_the_sample_is_spread_over_all_files(settings: Settings, drop: Path) -> None:
    columns = ("_source_file", "_row_number")
    with judged_files(settings, "shop", [drop], columns, 198) as judged:
        rows = duckdb.sql(f"select * from '{judged.rows}' order by all").fetchall()
    assert len(rows) == 198
    places = [number + (0 if file == "a.csv" else 500) for file, number in rows]
    steps = {after - before for before, after in itertools.pairwise(places)}
    assert steps <= {10, 11}  # Eleven where a line set aside stands between.
    assert places[0] <= 11
    assert places[-1] >= ROWS - 11


def test_records_that_hang_on_others_are_all_judged(
    settings: Settings, project: Scratch, drop: Path
) -> None:
    file = settings.project_dir / "models" / "bronze" / "bronze_sales_shop.yml"
    before = file.read_text("utf-8")
    content = yaml.safe_load(before)
    cells = content["models"][0]["config"]["meta"]["feed"]["cells"]
    cells["customer_id"] = {"column": "kunde", "carried_down": True}
    file.write_text(yaml.safe_dump(content), "utf-8")
    try:
        check = check_files(settings, "shop", [drop], 100)
    finally:
        file.write_text(before, "utf-8")
    assert check.sampled is None
    assert sum(check.dispositions.values()) == 2_000


def test_the_command_judges_all_of_a_small_file(project: Scratch, settings: Settings) -> None:
    file = project.folder / "small.csv"
    file.write_text("\n".join((HEADER, *lines(30), "")), "utf-8")
    words = ("feed", "check", "shop", str(file), "--json", "--at-least", "50")
    said = [json.loads(project.p360(*words, *more).stdout) for more in ((), ("--all",))]
    assert said[0] == said[1]
    assert (said[0]["records"], said[0]["sampled"], said[0]["set_aside"]) == (30, None, {})
    assert (said[0]["accepted"], said[0]["duplicate"]) == (27, 0)
    assert said[0]["accepted_share"] == pytest.approx(0.9)


CHECK = Check(
    records=1_000,
    set_aside={"total_row": 100, "broken_quoting": 100},
    sampled=80,
    dispositions={"accepted": 60, "quarantined": 20, "duplicate": 0, "superseded": 0},
    reasons={"not_a_sale": 16, "amount_missing": 4},
    warnings={},
    sales_amount=Decimal("60.00"),
    returns_amount=Decimal("0.00"),
    earliest=datetime(2025, 1, 1),
    latest=None,
    examples={},
    unread={},
    unused=[],
    rules_not_applied=[],
    amounts_are="",
)


def test_the_accepted_share_counts_the_sample_for_what_it_stands_for() -> None:
    # 800 records could be read: 600 accepted, 160 no sales, 40 rejected; and 100 lines broken.
    assert CHECK.accepted_share == pytest.approx(600 / (600 + 40 + 100))
    assert replace(CHECK, set_aside={}, records=80).accepted_share == pytest.approx(60 / 64)


def test_what_a_sample_cannot_tell_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(CHECK.as_json())
    assert (said["records"], said["sampled"]) == (1_000, 80)
    assert said["set_aside"] == {"total_row": 100, "broken_quoting": 100}
    assert (said["accepted"], said["duplicate"], said["superseded"]) == (60, None, None)
    print_check(CHECK)
    told = " ".join(capsys.readouterr().out.split())
    assert "A sample of 80 records was judged" in told
    assert "superseded not known" in told
    assert "--all" in told
    print_check(replace(CHECK, sampled=None))
    assert "sample" not in capsys.readouterr().out


@pytest.mark.parametrize(("readable", "most"), [(1, 1), (7, 3), (1_000, 999), (1_000, 1)])
def test_a_sample_has_as_many_records_as_are_asked(
    tmp_path: Path, readable: int, most: int
) -> None:
    raw, sample = tmp_path / "raw", tmp_path / "sample"
    raw.mkdir()
    duckdb.sql(f"select i, null as _set_aside_reason from range({readable}) as r(i)").write_parquet(
        str(raw / "rows.parquet")
    )
    _draw_sample(raw, sample, readable, most)
    rows = [i for (i,) in duckdb.sql(f"select i from '{sample}/*.parquet'").fetchall()]
    assert len(rows) == most
    assert rows == sorted(set(rows))
