"""The raw files that every contender is given."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

FILE_ROWS = 30_000  # Records of a file, and of the one more load.
SEED = 360


@dataclass(frozen=True)
class RawFiles:
    """Generated raw files.

    Attributes:
        rows: Records in the folder.
        folder: CSV files of ``FILE_ROWS`` records each, in the order of time.
        one_more: A file of ``FILE_ROWS`` later records.
    """

    rows: int
    folder: Path
    one_more: Path


def make_raw_files(work: Path, rows: int) -> RawFiles:
    """Generate raw files, or find those of an earlier call.

    Args:
        work: Folder to put them in.
        rows: Records in the folder; those of the one more load come on top.
    """
    # Loaded here, since contenders read this module and their start is measured.
    from python_jobs.generate.files import write_sales

    base = work / f"data_{rows}"
    files = RawFiles(rows, base / "files", base / "one_more.csv")
    if files.one_more.exists():  # It is written last.
        return files
    shutil.rmtree(base, ignore_errors=True)
    files.folder.mkdir(parents=True)
    whole = base / "whole.csv"
    write_sales(whole, rows + FILE_ROWS, SEED)
    _split(whole, files)
    whole.unlink()
    return files


def _split(whole: Path, files: RawFiles) -> None:
    """Cut the file by records, which are lines: no generated cell holds a line end."""
    with whole.open("rb") as lines:
        header = next(lines)
        for number, first in enumerate(range(0, files.rows, FILE_ROWS)):
            part = b"".join(islice(lines, min(FILE_ROWS, files.rows - first)))
            (files.folder / f"sales_{number:05}.csv").write_bytes(header + part)
        left = list(lines)
        if len(left) != FILE_ROWS:
            raise ValueError(f"{len(left)} lines are left of {whole.name}, not {FILE_ROWS}")
        files.one_more.write_bytes(header + b"".join(left))
