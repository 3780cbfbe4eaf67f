"""What a source says of its files' form, what `p360 feed new` writes of it, and what loads tell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import copy_project
from feeds.workbooks import workbook

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import read_feed
from python_jobs.feeds.ingest.files import DroppedFile
from python_jobs.feeds.ingest.ledger import LedgerEntry
from python_jobs.feeds.ingest.load import Ingested
from python_jobs.feeds.ingest.reading import read_file
from python_jobs.feeds.ingest.report import _read_as, print_ingested
from python_jobs.feeds.ingest.rows import RowsWriter, rows_schema
from python_jobs.feeds.new_feed import write_feed
from python_jobs.feeds.raw_files import FileFormat, checksum
from python_jobs.settings import Settings

TITLED = (
    "Sales report by anna@shop.example\n\nid;day;amount;\n1;2025-01-03;2,50;\n2;2025-01-04;3,00;\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    return Settings.from_environment({}, copy_project(tmp_path / "project"))


def new_feed(project: Settings, sample: Path) -> Path:
    """Declare feed shop by a sample, with what was found uncommented; return the YAML file."""
    properties = project.project_dir / write_feed(project, "shop", sample).files[0]
    text = properties.read_text("utf-8")
    for line in ("config:", "  meta:", "    csv:"):
        text = text.replace(f"        # {line}", f"        {line}")
    properties.write_text(text, "utf-8")
    return properties


def load(project: Settings, path: Path) -> LedgerEntry:
    feed = read_feed(project, "shop")
    folder = path.parent / "rows"
    folder.mkdir(exist_ok=True)
    writer = RowsWriter(folder, rows_schema(feed))
    file = DroppedFile(path.name, path)
    entry, _ = read_file(feed, file, checksum(path), datetime.now(UTC), writer)
    writer.discard()
    writer.close()
    return entry


def test_what_was_found_can_be_declared(project: Settings, tmp_path: Path) -> None:
    sample = tmp_path / "day.csv"
    sample.write_text(TITLED, "utf-8")
    new_feed(project, sample)
    feed = read_feed(project, "shop")
    assert feed.file_format == FileFormat("utf-8", ";", '"', header_line=3)
    assert [column.header for column in feed.columns] == ["id", "day", "amount"]


def test_the_sheet_and_its_header_are_written(project: Settings, tmp_path: Path) -> None:
    sample = tmp_path / "day.xlsx"
    rows = [["Report"], [], ["id", "amount"], [1, 2.5], [2, 3]]
    sample.write_bytes(workbook({"All: orders": rows, "Notes": []}))
    new_feed(project, sample)
    assert read_feed(project, "shop").file_format == FileFormat(sheet="All: orders", header_line=3)
    entry = load(project, sample)
    assert (entry.row_count, entry.encoding, entry.delimiter) == (2, "xlsx", None)
    assert _read_as(entry) == "xlsx"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{header_line: 0}", "header_line: 0; write a whole number, 1 or more"),
        ("{header_line: x}", "header_line: x; write a whole number, 1 or more"),
        ("{header_lines: 3}", "header_lines: 3; write a whole number, 1 to 2"),
        ("{header_lines: true}", "header_lines: True; write a whole number, 1 to 2"),
        ("{head: 3}", "unknown key head; use encoding, delimiter, quote, escape, sheet, header"),
    ],
)
def test_a_wrong_declaration_is_one_line(
    project: Settings, tmp_path: Path, said: str, message: str
) -> None:
    sample = tmp_path / "day.csv"
    sample.write_text(TITLED, "utf-8")
    properties = new_feed(project, sample)
    text = properties.read_text("utf-8")
    start, _, rest = text.partition("csv: {")
    properties.write_text(f"{start}csv: {said}{rest.partition('}')[2]}", "utf-8")
    with pytest.raises(P360Error, match=r"bronze_sales_shop\.yml: csv of shop_raw") as raised:
        read_feed(project, "shop")
    assert message in str(raised.value)


def test_what_stands_above_the_header_is_told(
    project: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = tmp_path / "day.csv"
    sample.write_text(TITLED, "utf-8")
    new_feed(project, sample)
    entry = load(project, sample)
    left_out = "1 column at the end without name and cells, left out"
    assert entry.reason == f"{left_out}; 1 line above the header: 'Sales report by (address)'"
    print_ingested("shop", Ingested(loaded=[entry]))
    told = " ".join(capsys.readouterr().err.split())
    assert f"1 file with {left_out}; 1 line above the header (day.csv)" in told
