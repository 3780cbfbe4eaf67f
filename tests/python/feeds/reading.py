"""Reads bytes as a raw file, for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from python_jobs.feeds.raw_files import FileFormat, RawFile, checksum, open_raw_file


def read(
    content: bytes, said: FileFormat | None = None, name: str = "drop.csv"
) -> tuple[RawFile, list[Any]]:
    """Return the file and its records: (row number, line, cells or reason and content)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        file = open_raw_file(path, name, said)
        found: list[Any] = []
        for batch in file.batches():
            for row in batch.rows.to_pylist():
                number, line = row.pop("_row_number"), row.pop("_line_number")
                found.append((number, line, tuple(row.values())))
            for bad in batch.set_aside:
                found.append((bad.row_number, bad.line_number, (bad.reason, bad.content)))
        assert file.sha256 == checksum(path)
        assert file.size == len(content)
    assert file.rows + file.lines_set_aside == len(found)
    return file, sorted(found)


def cells_of(content: str, said: FileFormat | None = None) -> list[tuple[str, ...]]:
    """Return the cells of all records of a text, which are all rows."""
    file, found = read(content.encode(), said)
    assert file.lines_set_aside == 0, found
    return [record[2] for record in found]
