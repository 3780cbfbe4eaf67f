"""Whatever a cell holds, it comes out of a generated CSV as it went in."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from python_jobs.generate.text import csv_cell

# Surrogates are no text; NUL is what Python's csv refuses.
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(cells, min_size=2, max_size=5))
def test_a_generated_line_reads_back(row: list[str]) -> None:
    line = ",".join(csv_cell(cell) for cell in row) + "\n"
    assert next(csv.reader(io.StringIO(line, newline=""), strict=True)) == row
