"""Workbooks, JSON lines, Parquet files and zip archives: every cell as its text."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feeds.reading import read
from feeds.workbooks import workbook, zipped

from python_jobs.feeds.ingest.files import find_files
from python_jobs.feeds.raw_files import FileFormat, FoundFormat, UnreadableFileError

ORDERS: list[list[Any]] = [
    ["id", "day", "at", "amount", "is paid"],
    [1, date(2025, 1, 3), datetime(2025, 1, 3, 10, 20, 30), 12.5, True],
    [20000000000, date(2025, 1, 4), datetime(2025, 1, 4, 23, 59, 59), 0.1 + 0.2, False],
    ["x", None, None, 1e-7, None],
]
CELLS = [
    ("1", "2025-01-03", "2025-01-03T10:20:30", "12.5", "true"),
    ("20000000000", "2025-01-04", "2025-01-04T23:59:59", "0.3", "false"),
    ("x", "", "", "0.0000001", ""),
]


@pytest.mark.parametrize("name", ["drop.xlsx", "drop.csv"])
def test_a_workbook_is_read_by_its_content(name: str) -> None:
    file, found = read(workbook({"Orders": ORDERS}), name=name)
    assert file.columns == ["id", "day", "at", "amount", "is paid"]
    assert found == [(n, n + 1, cells) for n, cells in enumerate(CELLS, 1)]
    assert file.format == FoundFormat("none", "xlsx")
    assert file.as_declared() == {"sheet": "Orders"}
    assert file.findings == []


def test_the_sheet_can_be_declared() -> None:
    book = workbook({"Notes": [["a", "b"], ["1", "2"]], "Orders": ORDERS})
    file, _ = read(book)
    assert file.columns == ["a", "b"]
    assert file.findings == ["sheet Notes, the first of 2"]
    file, found = read(book, FileFormat(sheet="Orders"))
    assert [record[2] for record in found] == CELLS
    assert file.findings == []
    with pytest.raises(UnreadableFileError, match="no sheet 'Sales', only 'Notes', 'Orders'"):
        read(book, FileFormat(sheet="Sales"))


def test_a_sheet_is_read_as_csv_is() -> None:
    rows = [
        [],
        ["Sales report", None, None, None],
        ["From", date(2025, 1, 1)],
        [],
        ["id", "name", "amount", None],
        [1, "Tea", 5],
        [],
        [2, "Cup", 7.5],
        ["id", "name", "amount"],
        ["Total", None, 12.5],
        ["2 rows"],
    ]
    file, found = read(workbook({"One": rows}))
    assert (file.columns, file.header_line) == (["id", "name", "amount"], 5)
    assert file.preamble == ["Sales report", "From, 2025-01-01"]
    assert file.blank_lines == 3
    assert found == [
        (1, 6, ("1", "Tea", "5")),
        (2, 8, ("2", "Cup", "7.5")),
        (3, 9, ("repeated_header", b"id,name,amount")),
        (4, 10, ("total_row", b"Total,,12.5")),
        (5, 11, ("footer_row", b"2 rows,,")),
    ]
    file, found = read(workbook({"One": rows}), FileFormat(header_line=6))
    assert (file.columns[:3], len(found)) == (["1", "Tea", "5"], 4)


def test_a_remark_amid_a_sheet_is_a_row() -> None:
    _, found = read(workbook({"One": [["id", "name"], [1, "Tea"], ["2 rows"], [2, "Cup"]]}))
    assert [record[2] for record in found] == [("1", "Tea"), ("2 rows", ""), ("2", "Cup")]


def test_a_header_in_two_rows_of_a_sheet() -> None:
    rows = [["", "Q1", None], ["id", "qty", "amount"], [1, 2, 3]]
    file, found = read(workbook({"One": rows}), FileFormat(header_lines=2))
    assert file.columns == ["id", "Q1 qty", "Q1 amount"]
    assert found == [(1, 3, ("1", "2", "3"))]


def test_json_lines() -> None:
    lines = [
        '{"id": 1, "amount": 12.50, "tags": ["a", {"n": 1.10}], "paid": true}',
        "",
        '{"id": "2", "note": "é\\n", "amount": null}',
        "[1, 2]",
        "not json",
        '{"id": 12345678901234567890, "rate": 1e5}',
    ]
    for content in ("\n".join(lines), "\r\n".join([*lines, ""]), "\ufeff" + "\n".join(lines)):
        file, found = read(content.encode(), name="drop.jsonl")
        assert file.columns == ["id", "amount", "tags", "paid", "note", "rate"]
        assert found == [
            (1, 1, ("1", "12.50", '["a", {"n": 1.10}]', "true", "", "")),
            (2, 3, ("2", "", "", "", "é\n", "")),
            (3, 4, ("not_json", b"[1, 2]")),
            (4, 5, ("not_json", b"not json")),
            (5, 6, ("12345678901234567890", "", "", "", "", "1e5")),
        ]
        assert file.blank_lines == 1
        assert file.format.encoding == "utf-8"
        assert file.format.delimiter is None


def test_keys_inside_keys_are_columns() -> None:
    lines = (
        '{"id": 1, "buyer": {"id": 7, "at": {"zip": "0815"}}, "tags": [{"a": 1}]}',
        '{"id": 2, "buyer": null, "empty": {}}',
        # A key that is taken already: the object stays whole.
        '{"id": 3, "buyer.id": "x", "buyer": {"id": 8}}',
        '{"id": 4, "deep": ' + '{"d": ' * 12 + "1" + "}" * 12 + "}",
    )
    file, found = read("\n".join(lines).encode(), name="drop.jsonl")
    deep = "deep" + ".d" * 8
    assert file.columns == ["id", "buyer.id", "buyer.at.zip", "tags", "buyer", "empty", deep]
    cells = [cells for _, _, cells in found]
    assert cells[0] == ("1", "7", "0815", '[{"a": 1}]', "", "", "")
    assert cells[1] == ("2", "", "", "", "", "{}", "")
    assert cells[2] == ("3", "x", "", "", '{"id": 8}', "", "")
    assert cells[3][-1] == '{"d": ' * 4 + "1" + "}" * 4


def test_json_lines_are_told_by_name_or_content() -> None:
    file, _ = read(b'{"a": 1}\n', name="drop.csv")
    assert file.columns == ["a"]
    lines = [b"oops", b'{"a": "\xff"}', b'{"a": "\\ud800", "A": 2}', '{"a": "é"}'.encode(), b""]
    _, found = read(b"\n".join(lines), name="drop.ndjson")
    assert found == [
        (1, 1, ("not_json", b"oops")),
        (2, 2, ("not_of_the_encoding", b'{"a": "\xff"}')),
        (3, 3, ("?", "2")),
        (4, 4, ("é", "")),
    ]
    with pytest.raises(UnreadableFileError, match="one JSON array"):
        read(b'[{"a": 1}]')
    with pytest.raises(UnreadableFileError, match="no line that is a JSON object"):
        read(b"1\n2\n", name="drop.jsonl")


def parquet(columns: dict[str, pa.Array]) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def test_a_parquet_file() -> None:
    content = parquet(
        {
            "id": pa.array([1, 2, None]),
            "amount": pa.array([Decimal("5.00"), Decimal("0.0000001"), None], pa.decimal128(20, 7)),
            "rate": pa.array([1e21, 17850.0, 0.1]),
            "small": pa.array([0.1, 1e-7, None], pa.float32()),
            "day": pa.array([date(2025, 1, 3), None, None]),
            "at": pa.array([datetime(2025, 1, 3, 10, tzinfo=UTC), None, None]),
            "clock": pa.array([time(10, 20), None, None]),
            "paid": pa.array([True, False, None]),
            "word": pa.array(["é", "", None]).dictionary_encode(),
            "tags": pa.array([["a"], [], None]),
            "raw": pa.array([b"text", b"\xff", None]),
        }
    )
    for name in ("drop.parquet", "drop.csv"):
        file, found = read(content, name=name)
        assert file.format == FoundFormat("none", "parquet")
        day, at = "2025-01-03", "2025-01-03T10:00:00+00:00"
        whole = "1000000000000000000000"
        first = ("1", "5.0000000", whole, "0.1", day, at, "10:20:00", "true", "é", '["a"]', "text")
        second = ("2", "0.0000001", "17850", "0.0000001", "", "", "", "false", "", "[]", "ff")
        assert found == [
            (1, 1, first),
            (2, 2, second),
            (3, 3, ("", "", "0.1", *[""] * 8)),
        ]
    with pytest.raises(UnreadableFileError, match="a Parquet file that is cut short or damaged"):
        read(content[:-20])


def test_a_zip_archive_of_one_file() -> None:
    csv = b"a,b\n" + b"1,2\n" * 500_000
    file, found = read(zipped({"folder/": b"", "folder/x.csv": csv, "__MACOSX/._x.csv": b"x"}))
    assert (file.format.compression, file.format.encoding) == ("zip", "utf-8")
    assert len(found) == 500_000
    file, found = read(zipped({"x.xlsx": workbook({"One": ORDERS})}), name="drop.zip")
    assert [record[2] for record in found] == CELLS
    assert file.format == FoundFormat("zip", "xlsx")
    file, _ = read(gzip.compress(parquet({"a": pa.array([1])})))
    assert file.format == FoundFormat("gzip", "parquet")
    for files in ({}, {"a.csv": b"a,b\n", "b.csv": b"a,b\n"}):
        with pytest.raises(UnreadableFileError, match=rf"archive of {len(files)} files"):
            read(zipped(files) if files else b"PK\x03\x04" + zipped({}))
    with pytest.raises(UnreadableFileError, match="cut short or damaged"):
        read(zipped({"a.csv": csv})[:-30])


def test_what_another_program_reads_as_csv_must_be_text() -> None:
    said = FileFormat("utf-8", ",", '"', as_it_stands=True)
    with pytest.raises(UnreadableFileError, match="no text"):
        read(workbook({"One": ORDERS}), said)
    file, _ = read(json.dumps({"a": 1}).encode(), said)
    assert file.format.delimiter == ","


def test_folders_are_searched_for_all_kinds(tmp_path: Any) -> None:
    names = ["a.csv", "b.XLSX", "c.jsonl.gz", "d.ndjson", "e.parquet", "f.zip", "g.tsv.zst"]
    for name in [*names, "h.pdf", "i.txt"]:
        (tmp_path / name).touch()
    assert [file.name for file in find_files([tmp_path])] == names
