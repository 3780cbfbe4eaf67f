"""Which files a person means by the paths they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.terminal.console import say

_TAKEN = (
    *(
        f"{kind}{packed}"
        for kind in (".csv", ".tsv", ".jsonl", ".ndjson")
        for packed in ("", ".gz", ".zst", ".zstd")
    ),
    *(".xlsx", ".parquet", ".zip"),
)
_OTHERS = "*.tsv, *.xlsx, *.jsonl, *.ndjson, *.parquet or *.zip"


@dataclass(frozen=True)
class DroppedFile:
    """A file to load.

    Attributes:
        name: What the file is called in the tables: its path below the folder that was named.
        path: Where it lies.
    """

    name: str
    path: Path


def find_files(paths: Sequence[Path]) -> list[DroppedFile]:
    """Return the files that the paths name, in name order; folders are taken whole.

    Raises:
        P360Error: A path does not exist, a folder holds none, or two files share a name.
    """
    files: list[DroppedFile] = []
    for path in paths:
        if path.is_dir():
            found = [file for file in path.rglob("*") if file.is_file()]
            taken = [file for file in found if file.name.lower().endswith(_TAKEN)]
            if not taken:
                raise P360Error(f"{path} holds no *.csv file, nor {_OTHERS}; name another folder")
            if len(taken) < len(found):
                count = len(found) - len(taken)
                say(f"skipped in {path}: {count} files that are not *.csv, {_OTHERS}")
            files += [DroppedFile(file.relative_to(path).as_posix(), file) for file in taken]
        elif path.exists():
            files.append(DroppedFile(path.name, path))
        else:
            raise P360Error(f"{path} does not exist; name a file or a folder of them")
    names = [file.name for file in files]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise P360Error(f"two files have the name {twice}; load folders with distinct file names")
    return sorted(files, key=lambda file: file.name)
