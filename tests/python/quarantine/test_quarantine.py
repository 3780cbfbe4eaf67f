"""`p360 quarantine`: what a person fills in is kept, judged once, and changes nothing twice."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, Scratch, scratch_project
from hypothesis import given, settings
from hypothesis import strategies as st

from python_jobs.errors import P360Error
from python_jobs.quarantine.apply import Sheet, read_sheet
from python_jobs.quarantine.cells import CELLS, from_sheet, in_sheet
from python_jobs.quarantine.check import Checked, check_rows
from python_jobs.quarantine.corrections import (
    KEPT,
    Correction,
    merge,
    read_kept,
    write_kept,
)
from python_jobs.quarantine.export import SHEET_COLUMNS, choose, sheet
from python_jobs.quarantine.live import LiveRow, live_row
from python_jobs.settings import Settings
from python_jobs.warehouse.run_lock import run_lock

BUILT = (
    "client_sales_raw",
    *("sales_corrections", "exchange_rates"),
    "bronze_sales_client_sales",
    "bronze_sales",
    "silver_sales_assessed",
    "silver_sales",
    "silver_sales_quarantine",
)

# A seed is loaded anew in each build.
RAW = "select * except (_loaded_at) from {s}_live.bronze_sales order by _row_id"

# Surrogates are no text; NUL stands in no file that was read.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NASTY = st.one_of(
    TEXTS,
    st.text(st.sampled_from("=+-@\t\r\n' \",;0123456789.a"), max_size=6),
    st.sampled_from(
        ["=cmd|'/c calc'!A0", "@SUM(A1)", "''=1", "2025-03-01 10:00:00", "007", "MAR 1"]
    ),
)


def made_up(number: int, **arrived: str) -> LiveRow:
    cells = dict.fromkeys(CELLS, "x") | arrived
    return LiveRow(f"shop/a.csv#{number}", "quarantined", ["rule"], "", cells, cells)


def settings_in(folder: Path) -> Settings:
    (folder / "seeds").mkdir(exist_ok=True)
    return Settings.from_environment({"P360_HOME": str(folder / "home")}, project_dir=folder)


def filled(row: LiveRow, kept: Correction | None = None, **cells: str) -> dict[str, str]:
    """Return a row of the export, with some cells filled in."""
    text = sheet([row], {row.row_id: kept} if kept else {})
    return next(csv.DictReader(io.StringIO(text, newline=""))) | cells


def checked(*rows: dict[str, str], live: list[LiveRow], kept: Any = ()) -> Checked:
    return check_rows(
        list(enumerate(rows, 2)),
        "f.csv",
        {row.row_id: row for row in live},
        {one.row_id: one for one in kept},
    )


@settings(deadline=None)
@given(NASTY)
def test_a_spreadsheet_runs_nothing_and_the_text_comes_back(text: str) -> None:
    shown = in_sheet(text)
    assert from_sheet(shown) == text
    assert not shown.startswith(("=", "+", "@", "\t", "\r"))
    if shown.startswith("-"):
        assert float(shown) < 0 or set(shown) <= set("-0.")


@pytest.mark.parametrize("text", ["-12.50", "0", "12.5", "Anna", "'s-Hertogenbosch", "", "T100"])
def test_plain_text_and_plain_numbers_stay_as_they_are(text: str) -> None:
    assert in_sheet(text) == text
    assert from_sheet(text) == text


@pytest.mark.parametrize(
    "text", ["007", "1e5", "123456789012", "12,50", "3/4", "+5", " =1", "Mar-1"]
)
def test_what_a_spreadsheet_would_change_stands_behind_a_quote(text: str) -> None:
    assert in_sheet(text) == f"'{text}"


@settings(deadline=None)
@given(st.lists(st.tuples(NASTY, NASTY, NASTY), min_size=1, max_size=4))
def test_an_export_reads_back_as_what_arrived(rows: list[tuple[str, str, str]]) -> None:
    live = [
        replace(made_up(number, customer_name=a, amount=b), line=c)
        for number, (a, b, c) in enumerate(rows, 1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_bytes(sheet(live, {}).encode("utf-8-sig"))
        read = read_sheet(path)
    assert read.faults == []
    back = [cells for _, cells in read.rows]
    assert [from_sheet(row["customer_name"]) for row in back] == [a for a, _, _ in rows]
    assert [from_sheet(row["line"]) for row in back] == [c for _, _, c in rows]
    found = checked(*back, live=live)
    assert found.faults == []
    assert (found.decisions, found.left_out) == ({}, len(rows))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(CELLS), NASTY, max_size=3), TEXTS)
def test_what_is_kept_is_exported_and_applied_again_unchanged(
    cells: dict[str, str], because: str
) -> None:
    row = made_up(1)
    typed = {f"corrected_{cell}": in_sheet(text) for cell, text in cells.items()}
    once = checked(filled(row, **typed, because=because), live=[row])
    if once.faults or not once.decisions:
        return
    again = checked(filled(row, once.decisions[row.row_id]), live=[row])
    assert again.faults == []
    assert again.decisions == once.decisions


def test_the_kept_file_reads_back_and_stands_in_order(tmp_path: Path) -> None:
    project = settings_in(tmp_path)
    kept = {
        one.row_id: one
        for one in (
            Correction("shop/b.csv#1", {"customer_name": 'a "b", c\nd', "amount": "=1"}),
            Correction("shop/a.csv#10", {"status": "Größe"}, decided_by="Ada"),
            Correction("shop/a.csv#9", is_waived=True, decided_by="Ada", because="A test sale."),
        )
    }
    write_kept(project, kept)
    assert read_kept(project) == kept
    text = (tmp_path / KEPT).read_bytes()
    assert b"\r" not in text
    order = [line.split(b",")[0] for line in text.splitlines() if b"#" in line]
    assert order == [b"shop/a.csv#9", b"shop/a.csv#10", b"shop/b.csv#1"]
    assert [path.name for path in (tmp_path / "seeds").iterdir()] == [Path(KEPT).name]


def test_a_kept_file_that_is_broken_names_the_line(tmp_path: Path) -> None:
    project = settings_in(tmp_path)
    assert read_kept(project) == {}
    write_kept(project, {"a#1": Correction("a#1", {"status": "x"})})
    path = tmp_path / KEPT
    sound = path.read_text("utf-8")
    for text, message in (
        (sound + sound.splitlines()[1] + "\n", "line 3: row a#1 appears twice"),
        (sound + "a#2,too few\n", "line 3: 2 cells where the header has 19"),
        (sound.replace("row_id", "id"), "must have the columns row_id, transaction_id"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(P360Error, match=message):
            read_kept(project)


def test_the_seed_has_the_columns_that_are_written(tmp_path: Path) -> None:
    write_kept(settings_in(tmp_path), {})
    header = (REPOSITORY / KEPT).read_text("utf-8").splitlines()[0]
    assert (tmp_path / KEPT).read_text("utf-8") == header + "\n"


def test_a_merge_tells_what_is_new_changed_and_as_it_was() -> None:
    kept = {name: Correction(name, {"status": "Pending"}) for name in ("a#1", "a#2", "a#3")}
    decided = {
        "a#1": kept["a#1"],
        "a#2": Correction("a#2", {"status": "Completed"}),
        "a#4": Correction("a#4", {"amount": "1"}),
        "a#5": Correction("a#5", is_waived=True, decided_by="Ada", because="A test."),
    }
    merged, changes = merge(kept, decided)
    assert merged == kept | decided
    assert (changes.new_corrections, changes.new_waivers) == (1, 1)
    assert (changes.changed, changes.unchanged) == (1, 1)
    assert merge(merged, decided)[1].are_none


def test_a_row_comes_from_the_server_with_the_text_that_arrived() -> None:
    cells: list[str | None] = ["1", *[None] * 14]
    row = live_row(("f/a#1", "quarantined", '["r"]', None, '{"order_id": "old"}', *cells))
    assert (row.judged["transaction_id"], row.arrived["transaction_id"]) == ("1", "1")
    assert (row.judged["order_id"], row.arrived["order_id"]) == ("", "old")


def test_open_rows_are_chosen_in_the_order_of_their_files() -> None:
    rows = [made_up(10), made_up(9), replace(made_up(1), row_id="other/a.csv#1", reasons=["odd"])]
    kept = {rows[1].row_id: Correction(rows[1].row_id, is_waived=True)}

    def ids(feed: str | None = None, reason: str | None = None, waived: bool = False) -> list[str]:
        return [row.row_id for row in choose(rows, kept, feed, reason, waived=waived)]

    assert ids() == ["other/a.csv#1", "shop/a.csv#10"]
    assert ids(waived=True) == ["other/a.csv#1", "shop/a.csv#9", "shop/a.csv#10"]
    assert ids(feed="shop", waived=True) == ["shop/a.csv#9", "shop/a.csv#10"]
    assert ids(reason="odd") == ["other/a.csv#1"]


FAULTS = {
    "an edited original": (
        {"amount": "5"},
        "amount is '5' and was exported as '12.50'; write what",
    ),
    "waived as something": ({"waived": "ok"}, "waived is 'ok'; write yes or leave it blank"),
    "waived without a name": (
        {"waived": "Yes", "because": "A test."},
        "it is waived; write a name",
    ),
    "corrected and waived": (
        {"waived": "YES", "decided_by": "A", "because": "B", "corrected_amount": "5"},
        "it is both corrected and waived",
    ),
    "a name and no decision": (
        {"decided_by": "Ada"},
        "it has decided_by or because and no decision",
    ),
    "the word null": ({"corrected_country": "NULL"}, "corrected_country is the word NULL"),
    "an id that is none": (
        {"row_id": "shop/a.csv#7"},
        "row shop/a.csv#7 is not in quarantine, nor",
    ),
    "no id": ({"row_id": " "}, "row_id is blank"),
}


@pytest.mark.parametrize(("cells", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_line(cells: dict[str, str], message: str) -> None:
    row = made_up(1, amount="12.50")
    found = checked(filled(row, **cells), live=[row])
    assert [fault.startswith(f"f.csv, line 2: {message}") for fault in found.faults] == [True]


def test_one_row_twice_must_say_the_same() -> None:
    row = made_up(1)
    right = filled(row, corrected_amount="5")
    assert checked(right, right, live=[row]).faults == []
    (fault,) = checked(right, filled(row), live=[row]).faults
    assert fault.startswith("f.csv, line 3: row shop/a.csv#1 stands on line 2 too")


def test_a_row_that_is_accepted_takes_no_correction_but_for_one_that_is_kept() -> None:
    row = replace(made_up(1), disposition="accepted")
    sent = filled(row, corrected_amount="5")
    assert "is not in quarantine but accepted" in checked(sent, live=[row]).faults[0]
    kept = Correction(row.row_id, {"amount": "5"})
    assert checked(sent, live=[row], kept=[kept]).decisions == {row.row_id: kept}
    assert checked(sent, live=[], kept=[kept]).decisions == {row.row_id: kept}


def test_only_what_differs_from_what_arrived_is_a_correction() -> None:
    row = made_up(1, amount="12.50", status="Compleet")
    # The amount was corrected before, to 5, and judged like that.
    judged = replace(row, judged=row.judged | {"amount": "5"})
    decide = filled(judged, corrected_amount="12.50", corrected_status="Completed")
    assert checked(decide, live=[judged]).decisions[row.row_id].cells == {"status": "Completed"}
    same = checked(filled(row, corrected_amount="12.50"), live=[row])
    assert (same.faults, same.decisions, same.left_out) == ([], {}, 1)
    again = checked(filled(judged, corrected_amount="5"), live=[judged])
    assert again.decisions[row.row_id].cells == {"amount": "5"}


def test_a_decision_that_is_cleared_stays_and_is_told() -> None:
    row = made_up(1)
    kept = Correction(row.row_id, {"amount": "5"})
    found = checked(filled(row, kept, corrected_amount=""), live=[row], kept=[kept])
    assert (found.faults, found.decisions) == ([], {})
    assert (found.left_out, found.cleared) == (1, 1)


def as_file(path: Path, rows: list[dict[str, str]], delimiter: str, encoding: str) -> Sheet:
    text = io.StringIO()
    writer = csv.DictWriter(text, SHEET_COLUMNS[::-1], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    text.write(delimiter * (len(SHEET_COLUMNS) - 1) + "\r\n")  # As many a spreadsheet ends.
    path.write_bytes(text.getvalue().encode(encoding))
    return read_sheet(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_file_is_read_as_spreadsheets_write_it(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    row = made_up(1, customer_name="Jürgen Größe; née\nMüller, Zoë", amount="12.50")
    sent = filled(row, corrected_status="Completed") | {"amount": "12.5"}
    read = as_file(tmp_path / "f.csv", [sent], delimiter, encoding)
    assert read.faults == []
    found = check_rows(read.rows, read.name, {row.row_id: row}, {})
    assert found.faults == []
    assert found.decisions[row.row_id].cells == {"status": "Completed"}


def test_a_file_with_other_columns_or_a_broken_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    names = [name for name in SHEET_COLUMNS if name not in ("corrected_amount", "waived")]
    path.write_text(",".join([*names, "notes"]) + "\na,b\n", "utf-8")
    assert read_sheet(path).faults == [
        "f.csv has no column corrected_amount, waived; add what an export has",
        "f.csv has the unknown column notes; take it out, or name it as an export does",
        "f.csv, line 2: 2 cells where the header has 35; fix that line",
    ]
    with pytest.raises(P360Error, match="is not a file"):
        read_sheet(tmp_path / "none.csv")


@pytest.fixture(scope="module")
def sales(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """A project whose silver is live, without a correction."""
    folder = tmp_path_factory.mktemp("quarantine") / "project"
    for one in scratch_project(server, folder, "quarantine"):
        build(one)
        yield one


def build(project: Scratch) -> None:
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    done = project.dbt("build", *kinds, "--select", *BUILT)
    assert done.returncode == 0, done.stdout


def exported(project: Scratch, *words: str) -> dict[str, dict[str, str]]:
    done = project.p360("quarantine", "export", *words)
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO(done.stdout, newline=""))
    assert tuple(rows.fieldnames or ()) == SHEET_COLUMNS
    return {row["row_id"]: row for row in rows}


def applied(project: Scratch, rows: list[dict[str, str]], code: int = 0) -> tuple[str, str]:
    with (project.folder / "f.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SHEET_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    done = project.p360("quarantine", "apply", "f.csv")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def judged(project: Scratch) -> dict[str, tuple[str, set[str]]]:
    rows = project.query(
        "select _row_id, disposition, rejection_reasons from {s}_live.silver_sales_assessed"
    )
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0]: (row[1], set(json.loads(row[2]))) for row in rows}


def one_record_sales(project: Scratch, reason: str) -> list[str]:
    """Return open rows that break one rule only, and whose sale has no other record."""
    rows = project.query(
        "select min(_row_id) from {s}_live.silver_sales_assessed group by transaction_id "
        "having count(*) = 1 and first(concat_ws(' ', rejection_reasons)) = '" + reason + "'"
    )
    return sorted(row[0] for row in rows)


def test_a_fault_leaves_everything_as_it_was(sales: Scratch) -> None:
    before = (sales.folder / KEPT).read_bytes()
    rows = list(exported(sales).values())[:13]
    wrong = [row | {"waived": "perhaps"} for row in rows[:12]]
    right = rows[12] | {"waived": "yes", "decided_by": "Ada", "because": "A test sale."}
    out, err = applied(sales, [*wrong, right], code=1)
    assert out == ""
    assert err.count("error: f.csv, line ") == 10
    assert "and 2 more" in err
    with run_lock(Settings.from_environment(sales.environment), "a build"):
        assert "is being built by 'a build'" in applied(sales, [right], code=1)[1]
    assert (sales.folder / KEPT).read_bytes() == before
    none = sales.p360("quarantine", "export", "--reason", "amount_missin")
    assert (none.returncode, none.stdout.count("\n")) == (0, 1)
    assert "amount_missing (" in none.stderr


def test_rows_are_put_right_once_and_the_raw_text_stays(sales: Scratch) -> None:
    before = judged(sales)
    raw = sales.query(RAW)
    rows = exported(sales, "--feed", "client_sales")
    assert set(rows) == {row for row, (side, _) in before.items() if side == "quarantined"}
    right, wrong, waived = one_record_sales(sales, "amount_missing")[:3]
    mended = one_record_sales(sales, "status_unknown")[0]
    amount = Decimal(rows[right]["quantity"]) * Decimal(rows[right]["unit_price"])
    sent = [row for row in rows.values() if row["row_id"] not in (right, wrong, waived, mended)]
    sent += [
        rows[right] | {"corrected_amount": f"{amount:.2f}", "decided_by": "Ada"},
        rows[wrong] | {"corrected_amount": "twelve"},
        rows[waived] | {"waived": "yes", "decided_by": "Ada", "because": "A test sale."},
        rows[mended] | {"corrected_status": "Completed"},
    ]
    out, err = applied(sales, sent)
    assert out == f"3 corrections and 1 waiver new; next: git diff {KEPT}, then p360 run\n"
    assert f"skipped: {len(rows) - 4}" in err
    kept = (sales.folder / KEPT).read_bytes()
    assert applied(sales, sent)[0] == "nothing new: 4 unchanged\n"

    build(sales)
    after = judged(sales)
    assert after == before | {
        right: ("accepted", set()),
        mended: ("accepted", set()),
        wrong: ("quarantined", {"amount_not_a_number"}),
    }
    corrected = "select _row_id, amount from {s}_live.silver_sales where is_corrected"
    assert {row[0] for row in sales.query(corrected)} == {right, mended}
    assert dict(sales.query(corrected))[right] == round(amount, 2)
    assert sales.query(RAW) == raw
    replaced = {
        row: json.loads(cells)
        for row, cells in sales.query(
            "select _row_id, raw_before_correction from {s}_live.silver_sales_assessed "
            "where is_corrected"
        )
    }
    assert replaced[mended] == {"status": from_sheet(rows[mended]["status"])}
    assert {row: set(cells) for row, cells in replaced.items()} == {
        right: {"amount"},
        wrong: {"amount"},
        mended: {"status"},
    }

    open_rows = exported(sales)
    assert set(open_rows) == set(rows) - {right, mended, waived}
    assert set(exported(sales, "--all")) == set(rows) - {right, mended}
    assert open_rows[wrong]["reasons"] == "amount_not_a_number"
    assert open_rows[wrong]["amount"] == open_rows[wrong]["corrected_amount"] == "twelve"
    # The file of before and the one of now, both once more: nothing changes.
    assert applied(sales, sent)[0] == "nothing new: 4 unchanged\n"
    assert applied(sales, list(open_rows.values()))[0] == "nothing new: 1 unchanged\n"
    assert (sales.folder / KEPT).read_bytes() == kept
