"""Whatever a cell holds, it comes out of our CSV as it went in, and out of a file as it stands."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from python_jobs.generate.text import csv_cell
from python_jobs.ingest import read_batches

# Surrogates are no text; NUL is what Python's csv refuses.
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
# One column of blanks only would be an empty line, which is no record.
records = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=20)


@given(st.lists(cells, min_size=2, max_size=5))
def test_a_generated_line_reads_back(row: list[str]) -> None:
    line = ",".join(csv_cell(cell) for cell in row) + "\n"
    assert next(csv.reader(io.StringIO(line, newline=""), strict=True)) == row


@settings(max_examples=60)
@given(records, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_ingest_reads_what_was_written(rows: list[list[str]], end: str, bom: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drop.csv"
        encoding = "utf-8-sig" if bom else "utf-8"
        with path.open("w", encoding=encoding, newline="") as file:
            # Python 3.11 leaves a lone carriage return unquoted unless told to quote all.
            writer = csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL)
            writer.writerows([["A", "b", "C "], *rows])
        batches = list(read_batches("drop.csv", path))
    assert [columns for columns, _, _ in batches] == [["a", "b", "c"]]
    assert [record for _, _, batch in batches for record in batch] == rows
    assert [first for _, first, _ in batches] == [1]
