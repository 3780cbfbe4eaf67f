"""Files of a backup: held while tables are dropped, copied with their checksums, compared."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from errno import EMLINK, ENOTSUP, EPERM, EXDEV
from pathlib import Path

from python_jobs.backup.manifest import BackedUpFile
from python_jobs.errors import P360Error

_CHUNK = 1 << 20
_NO_LINK = {EXDEV, EPERM, ENOTSUP, EMLINK}
# Of what Spark has not ended writing, nothing belongs to a table.
_UNFINISHED = ("_temporary", ".spark-staging")


def hold(source: Path, target: Path) -> None:
    """Give a file, or the files of a folder, a second name: who drops the first leaves the bytes.

    Where the file system has no second names, the bytes are copied.

    Raises:
        FileNotFoundError: It was dropped meanwhile.
    """
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            shutil.copyfile(source, target)
        return
    target.mkdir(parents=True, exist_ok=True)
    for entry in sorted(source.iterdir()):
        if not entry.name.startswith(_UNFINISHED):
            hold(entry, target / entry.name)


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, by name."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def copy_file(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file; return its size and the SHA-256 of what was copied."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            size += written.write(chunk)
    shutil.copymode(source, target)  # Of some files only their owner may read.
    return size, digest.hexdigest()


def bring_back(backup: Path, file: BackedUpFile, target: Path) -> None:
    """Copy a file out of a backup.

    Raises:
        P360Error: Its bytes are not those that were backed up.
    """
    if copy_file(backup / file.path, target) != (file.size, file.sha256):
        raise P360Error(
            f"{backup / file.path} has changed since it was backed up; restore from another backup"
        )
