"""What a backup says of itself: the file ``manifest.json``, written last."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from python_jobs.errors import P360Error

FILE = "manifest.json"
TABLES, HOME = "tables", "home"  # Folders of a backup: files of tables, other files of P360_HOME.
_FORM = 1


@dataclass(frozen=True)
class BackedUpTable:
    """A stored table.

    Attributes:
        schema: Its schema.
        name: Its name.
        columns: Name and type of each column, as SQL writes them.
        partitioned_by: Names of the columns that it is split by.
        rows: Number of its rows.
        checksum: Sum of the hashes of its rows; None without rows.
    """

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    partitioned_by: tuple[str, ...]
    rows: int = 0
    checksum: str | None = None

    @property
    def full_name(self) -> str:
        """Its schema and name."""
        return f"{self.schema}.{self.name}"

    @property
    def folder(self) -> str:
        """Folder of its files, below that of all tables."""
        return f"{self.schema}.db/{self.name}"


@dataclass(frozen=True)
class BackedUpView:
    """A view: its schema, its name and its SQL."""

    schema: str
    name: str
    text: str


@dataclass(frozen=True)
class BackedUpFile:
    """A file.

    Attributes:
        path: Path below the backup.
        size: Bytes.
        sha256: Checksum of these bytes.
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: When it was begun, UTC, ISO 8601.
        versions: Versions of the packages that it was made with.
        live: The run that is live in each schema that has one.
        tables: Its tables.
        views: Its views, each behind those that it reads.
        files: All its files but the manifest.
        form: What this file looks like; later versions of the project may have a higher number.
    """

    made_at: str
    versions: dict[str, str]
    live: dict[str, str]
    tables: tuple[BackedUpTable, ...]
    views: tuple[BackedUpView, ...]
    files: tuple[BackedUpFile, ...]
    form: int = _FORM

    @property
    def schemas(self) -> list[str]:
        """Every schema that holds one of its tables or views."""
        return sorted({one.schema for one in self.tables} | {one.schema for one in self.views})

    def write(self, folder: Path) -> None:
        """Write it into a backup's folder."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / FILE).write_text(text, encoding="utf-8")


def versions_now() -> dict[str, str]:
    """Return the versions that a restore compares."""
    return {"pyspark": version("pyspark")}


def read_manifest(folder: Path) -> Manifest:
    """Return what a backup holds.

    Raises:
        P360Error: The folder is no backup, one of a newer version, or lacks files.
    """
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise P360Error(
            f"{folder} is no backup: it has no {FILE}; 'p360 backup' writes that last"
        ) from error
    except ValueError as error:
        raise P360Error(f"{folder / FILE} is spoilt; take another backup") from error
    if content.get("form", 0) > _FORM:
        raise P360Error(f"{folder} was made by a newer version of the project; install that one")
    content["tables"] = tuple(_table(one) for one in content["tables"])
    content["views"] = tuple(BackedUpView(**one) for one in content["views"])
    content["files"] = tuple(BackedUpFile(**one) for one in content["files"])
    manifest = Manifest(**content)
    _check(folder, manifest)
    return manifest


def _table(content: dict[str, Any]) -> BackedUpTable:
    columns = tuple((name, kind) for name, kind in content.pop("columns"))
    split = tuple(content.pop("partitioned_by"))
    return BackedUpTable(columns=columns, partitioned_by=split, **content)


def _check(folder: Path, manifest: Manifest) -> None:
    there, here = (one["pyspark"] for one in (manifest.versions, versions_now()))
    if _numbers(there) > _numbers(here):
        raise P360Error(
            f"{folder} was made with Spark {there}, and here is {here}; run 'make setup'"
        )
    for file in manifest.files:
        path = folder / file.path
        if not path.is_file() or path.stat().st_size != file.size:
            raise P360Error(f"{path} is missing or was cut short; restore from another backup")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
