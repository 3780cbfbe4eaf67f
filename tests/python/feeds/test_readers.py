"""Files of a large load are read by processes side by side: the same comes of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import DeclaredColumn, Feed
from python_jobs.feeds.forgotten import Eraser, NamingColumns, SuppressionList
from python_jobs.feeds.forgotten.suppression import ID, Entry
from python_jobs.feeds.ingest import readers
from python_jobs.feeds.ingest.files import DroppedFile, find_files
from python_jobs.feeds.raw_files import UnreadableFileError, checksum

FEED = Feed("shop", (DeclaredColumn("id", "id", True), DeclaredColumn("name", "name", False)))
FILES = {
    "a.csv": "id,name\n1,Anna\n2\n",
    "b.csv": "sku,name\n1,no id\n",
    "c.csv": "id,name\n3,Carl\n",
    "copy of a.csv": "id,name\n1,Anna\n2\n",
    "copy of b.csv": "sku,name\n1,no id\n",
    "d.csv": "id,name\n" + "".join(f"{number},many\n" for number in range(10_000)),
    "e.csv": "id,name\n4,Edda\n5,Else\n",
}


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[DroppedFile, str]]:
    (tmp_path / "drop").mkdir()
    for name, text in FILES.items():
        (tmp_path / "drop" / name).write_text(text, "utf-8")
    return [(file, checksum(file.path)) for file in find_files([tmp_path / "drop"])]


@pytest.fixture
def eraser() -> Eraser:
    suppressed = SuppressionList(b"key")
    known = {ID: (suppressed._digest(ID, "3"),)}
    return Eraser(SuppressionList(b"key", [Entry("2026", known)]), NamingColumns(ids=("id",)))


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Have files read beside this process however few they are; give the processes."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *words: Any, **options: Any) -> None:
            super().__init__(*words, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    monkeypatch.setattr(readers, "SHARE_BYTES", 1)
    yield started
    assert all(process.poll() is not None for process in started)


def read_all(files: list[tuple[DroppedFile, str]], folder: Path, eraser: Eraser) -> list[object]:
    """Return what came of each file, without the time of loading; copies of a loaded one pass."""
    found: list[object] = []
    loaded: set[str] = set()
    with readers.readers(FEED, files, folder, eraser) as read:
        for file, sha256 in files:
            if sha256 in loaded:
                continue
            try:
                entry, erased = read(file, sha256)
            except UnreadableFileError as error:
                found.append(str(error))
            else:
                found.append((replace(entry, loaded_at=None), erased))  # type: ignore[arg-type]
                loaded.add(sha256)
    return found


def rows_in(folder: Path) -> pa.Table:
    rows = pq.read_table(folder).drop_columns("_loaded_at")
    return rows.sort_by([("_source_file", "ascending"), ("_row_number", "ascending")])


def test_the_same_comes_of_files_that_are_read_side_by_side(
    files: list[tuple[DroppedFile, str]],
    eraser: Eraser,
    tmp_path: Path,
    beside: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    side_by_side, here = tmp_path / "side_by_side", tmp_path / "here"
    side_by_side.mkdir()
    here.mkdir()
    found = read_all(files, side_by_side, eraser)
    assert len(beside) == 2
    monkeypatch.setattr(readers, "SHARE_BYTES", 1 << 30)
    assert found == read_all(files, here, eraser)
    assert len(beside) == 2
    rows = rows_in(side_by_side)
    assert rows == rows_in(here)
    refused = [outcome.split(" lacks")[0] for outcome in found if isinstance(outcome, str)]
    assert refused == ["b.csv", "copy of b.csv"]
    assert set(rows["_source_file"].to_pylist()) == {"a.csv", "c.csv", "d.csv", "e.csv"}
    assert "3" not in rows["id"].to_pylist()  # Carl's id.


def test_a_reader_that_ends_ends_the_load(
    files: list[tuple[DroppedFile, str]],
    eraser: Eraser,
    tmp_path: Path,
    beside: list[subprocess.Popen[bytes]],
) -> None:
    with (
        pytest.raises(P360Error, match=r"ended with -9; the feed is unchanged"),
        readers.readers(FEED, files, tmp_path, eraser),
    ):
        beside[1].kill()


def test_rows_that_cannot_be_written_end_the_load(
    files: list[tuple[DroppedFile, str]],
    eraser: Eraser,
    tmp_path: Path,
    beside: list[subprocess.Popen[bytes]],
) -> None:
    sound = [one for one in files if one[0].name in ("a.csv", "c.csv", "d.csv")]
    with pytest.raises(FileNotFoundError):
        read_all(sound, tmp_path / "gone", eraser)
    assert len(beside) == 2
