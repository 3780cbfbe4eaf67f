"""Whatever a table holds and whichever quirk it is written with, its cells come back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
from feeds.reading import read
from feeds.workbooks import workbook
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from python_jobs.feeds.raw_files import FileFormat

Table = list[tuple[str, ...]]
Written = tuple[bytes, FileFormat]
HEADER = ("id", "text", "amount")

SIGNS = st.sampled_from([*'ab é,;|"\\\n', "Total", "漢", "5", "'"])
# Lines of a cell that would be records by themselves are not believed, so none hold delimiters.
TEXTS = (
    st.lists(SIGNS, max_size=6)
    .map("".join)
    .map(str.strip)
    .filter(lambda text: "\n" not in text or not set(text) & set(",|"))
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    texts = draw(st.lists(TEXTS, min_size=3, max_size=12))
    amounts = st.integers(0, 99_999).map(lambda cents: f"{cents / 100:.2f}")
    return [(str(number), text, draw(amounts)) for number, text in enumerate(texts, 1)]


def csv_cell(cell: str, delimiter: str = ",", escape: str = '"') -> str:
    if not any(sign in cell for sign in (delimiter[0], '"', "\n", "\\")):
        return cell
    text = cell.replace("\\", "\\\\") if escape == "\\" else cell
    return '"' + text.replace('"', f'{escape}"') + '"'


def csv_lines(
    rows: Table, delimiter: str = ",", escape: str = '"', end: str = "\n", more: str = ""
) -> str:
    lines = (delimiter.join(csv_cell(cell, delimiter, escape) for cell in row) for row in rows)
    return "".join(f"{line}{more}{end}" for line in lines)


def padded(table: Table) -> Written:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in table]
    return ("id,text,amount\n" + "".join(", ".join(row) + "\n" for row in quoted)).encode(), COMMA


def ended_rows(table: Table) -> Written:
    return (csv_lines([HEADER]) + csv_lines(table, more=",")).encode(), COMMA


def ended_lines(table: Table) -> Written:
    return csv_lines([HEADER, *table], more=",").encode(), COMMA


def titled(table: Table) -> Written:
    above = "Sales report, Berlin\nFrom: 2025-01-01, To: 2025-01-31\n\n"
    return (above + csv_lines([HEADER, *table])).encode(), COMMA


def declared_header(table: Table) -> Written:
    above = "a,b,c\n\n1,2,3\n"
    return (above + csv_lines([HEADER, *table])).encode(), FileFormat(header_line=4)


def two_lines(table: Table) -> Written:
    above = ",,\n" if not table else "Sales,,\n"
    said = FileFormat(header_line=1, header_lines=2)
    return (above + csv_lines([HEADER, *table])).encode(), said


def bare_cr(table: Table) -> Written:
    # A cell of several lines may end such a run, not begin it.
    middle = csv_lines([row for row in table[1:-1] if "\n" not in row[1]], end="\r")
    rest = [*(row for row in table[1:-1] if "\n" in row[1]), table[-1]]
    return (csv_lines([HEADER, table[0]]) + middle + csv_lines(rest)).encode(), COMMA


def escaped(table: Table) -> Written:
    lines = csv_lines([HEADER, ("0", 'a "b" c', "1"), *table], escape="\\")
    return lines.encode(), COMMA


def two_signs(table: Table) -> Written:
    return csv_lines([HEADER, *table], delimiter="||").encode(), FileFormat(delimiter="||")


def closed(table: Table) -> Written:
    return (csv_lines([HEADER, *table]) + "Total,,5.00\n\n3 rows selected\n").encode(), COMMA


def zipped(table: Table) -> Written:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("x.csv", csv_lines([HEADER, *table]))
    return content.getvalue(), COMMA


def as_workbook(table: Table) -> Written:
    return workbook({"One": [["Sales report"], [], HEADER, *table]}), FileFormat()


def as_json_lines(table: Table) -> Written:
    objects = (dict(zip(HEADER, row, strict=True)) for row in table)
    return "\n".join(map(json.dumps, objects)).encode(), FileFormat()


def as_parquet(table: Table) -> Written:
    content = io.BytesIO()
    columns = dict(zip(HEADER, map(pa.array, zip(*table, strict=True)), strict=True))
    pq.write_table(pa.table(columns), content)
    return content.getvalue(), FileFormat()


COMMA = FileFormat(delimiter=",")
QUIRKS: list[Callable[[Table], Written]] = [
    *(padded, ended_rows, ended_lines, titled, declared_header, two_lines, bare_cr, escaped),
    *(two_signs, closed, zipped, as_workbook, as_json_lines, as_parquet),
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(tables(), st.sampled_from(QUIRKS))
def test_the_cells_of_a_table_come_back(table: Table, quirk: Callable[[Table], Written]) -> None:
    # Whether quotes are padded is told line by line, so their cells have one line each here.
    assume(quirk is not padded or not any("\n" in row[1] for row in table))
    content, said = quirk(table)
    file, found = read(content, said)
    header = ["Sales id", "Sales text", "Sales amount"] if quirk is two_lines else list(HEADER)
    assert file.columns == header
    cells = [("0", 'a "b" c', "1"), *table] if quirk is escaped else table
    if quirk is bare_cr:
        cells = [*table[:1], *sorted(table[1:-1], key=lambda row: "\n" in row[1]), table[-1]]
    assert [record[2] for record in found[: len(cells)]] == cells
    assert [record[0] for record in found] == list(range(1, len(found) + 1))
    reasons = ["total_row", "footer_row"] if quirk is closed else []
    assert [record[2][0] for record in found[len(cells) :]] == reasons
