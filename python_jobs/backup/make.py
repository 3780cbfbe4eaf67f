"""``p360 backup``: a copy of what is live and kept, while readers read and builds build."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import SparkSession

from python_jobs.backup.catalogue import (
    CatalogueMovedError,
    Kept,
    full_names,
    kept_of,
    read_catalogue,
    stored_schemas,
)
from python_jobs.backup.checksums import count
from python_jobs.backup.files import copy_file, files_below, hold
from python_jobs.backup.manifest import (
    HOME,
    TABLES,
    BackedUpFile,
    BackedUpTable,
    Manifest,
    versions_now,
)
from python_jobs.errors import P360Error
from python_jobs.machine.locks import lock
from python_jobs.server.spark_connect import connect_session
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, steps, warn
from python_jobs.warehouse.erasing import check_no_erasures

_ATTEMPTS = 5
_HELD = ".held_for_backup"  # In the warehouse: second names are of the same disk.
# What people made in P360_HOME, and what cannot be made anew: records that wait for Spark, saved
# views of the dashboard, who was forgotten, and snapshots that such a view may be frozen to.
_OF_HOME = (
    "records/*/*.ended",
    "views/*.yml",
    "forgotten/*",
    "dashboard/*/current",
    "dashboard/*/taken-*",
)
_SHOWN = 5


def make_backup(settings: Settings, to: Path, schema: str | None = None) -> None:
    """Write a backup into a new folder, which has its name only once it is whole.

    Args:
        settings: Where the server is, which must run.
        to: The new folder.
        schema: The schema to back up; all by default.

    Raises:
        P360Error: The folder is there already, the disk is full, or the warehouse is no folder.
    """
    warehouse = _check(settings, to)
    draft, held = to.with_name(f".{to.name}.unfinished"), warehouse / _HELD
    with lock(settings.home / "backup.lock", _refuse_two):
        for leftover in (draft, held):
            shutil.rmtree(leftover, ignore_errors=True)
        try:
            manifest, left_out = _hold_all(settings, held, schema)
            manifest = _copy(manifest, held, draft)
            os.sync()
            draft.rename(to)
        finally:
            for leftover in (draft, held):
                shutil.rmtree(leftover, ignore_errors=True)
    _report(to, manifest, left_out)


def _check(settings: Settings, to: Path) -> Path:
    """Return the folder of the tables' files, where a backup can be made from here."""
    if settings.is_elsewhere or settings.warehouse_dir is None:
        raise P360Error(
            f"p360 backup copies files, and {settings.warehouse} is no folder here; run it where "
            "the server is, or copy the object store by its own means"
        )
    if to.exists():
        raise P360Error(f"{to} is there already; name a new folder")
    if to.resolve().is_relative_to(settings.home):
        raise P360Error(f"{to} lies in P360_HOME ({settings.home}); name a folder elsewhere")
    if not to.parent.is_dir():
        raise P360Error(f"{to.parent} is no folder; make it, or name another")
    return settings.warehouse_dir


def _refuse_two() -> None:
    raise P360Error("another p360 backup of this P360_HOME is under way; wait for its end")


def _hold_all(settings: Settings, held: Path, schema: str | None) -> tuple[Manifest, list[str]]:
    """Hold the files of all that is kept; begin anew where something was dropped meanwhile."""
    dropped: Exception | None = None
    for _ in range(_ATTEMPTS):
        try:
            return _hold(settings, held, schema)
        except (CatalogueMovedError, FileNotFoundError) as error:
            shutil.rmtree(held, ignore_errors=True)
            dropped = error
    raise P360Error(f"not there, though it should be backed up: {dropped}; try again later")


def _hold(settings: Settings, held: Path, schema: str | None) -> tuple[Manifest, list[str]]:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    check_no_erasures(settings)
    # First: records that are shipped meanwhile are then there twice, and taken once.
    for pattern in _OF_HOME:
        for path in sorted(settings.home.glob(pattern)):
            hold(path, held / HOME / path.relative_to(settings.home))
    with connect(settings) as connection:
        kept = _read_kept(connection, schema)
        names = sorted(name for one in kept.values() for name in full_names(one))
        for base, _, table in (name.partition(".") for name in names):
            folder = f"{base}.db/{table}"
            hold(Path(settings.warehouse_dir or "", folder), held / TABLES / folder)
        _check_still_there(connection, names)
        with steps("checksums of tables"):
            tables = _counted(settings, connection, kept)
    views = [view for one in kept.values() for view in one.views]
    live = {name: one.live for name, one in kept.items() if one.live}
    manifest = Manifest(made_at, versions_now(), live, tuple(tables), tuple(views), ())
    return manifest, [name for one in kept.values() for name in one.left_out]


def _read_kept(connection: ThriftConnection, schema: str | None) -> dict[str, Kept]:
    stored = stored_schemas(connection)
    if schema is not None and schema not in stored:
        known = ", ".join(stored) or "none"
        raise P360Error(f"nothing is stored of schema {schema}; schemas with tables: {known}")
    if not stored:
        raise P360Error(
            "nothing is stored yet, so there is nothing to back up; start with 'p360 run'"
        )
    wanted = stored if schema is None else [schema]
    return {name: kept_of(name, read_catalogue(connection, name)) for name in wanted}


def _check_still_there(connection: ThriftConnection, names: Iterable[str]) -> None:
    """Raise where a table was dropped: the catalogue forgets it before its files go."""
    for schema in {name.partition(".")[0] for name in names}:
        there = {str(row[1]) for row in connection.query(f"show tables in {schema}").rows}
        for name in names:
            base, _, table = name.partition(".")
            if base == schema and table not in there:
                raise CatalogueMovedError(name)


def _counted(
    settings: Settings, connection: ThriftConnection, kept: dict[str, Kept]
) -> list[BackedUpTable]:
    """Return the tables with their columns, rows and checksums."""
    names = [(name, split) for one in kept.values() for name, split in one.tables.items()]
    try:
        with connect_session(settings) as session:
            tables = [
                BackedUpTable(*name, _columns(session, ".".join(name)), split)
                for name, split in names
            ]
        found = count(connection, tables)
    except P360Error:
        _check_still_there(connection, [".".join(name) for name, _ in names])
        raise
    counted = [(table, *found[table.full_name]) for table in tables]
    return [replace(table, rows=rows, checksum=total) for table, rows, total in counted]


def _columns(session: SparkSession, table: str) -> tuple[tuple[str, str], ...]:
    fields = session.table(table).schema.fields
    return tuple((field.name, field.dataType.simpleString()) for field in fields)


def _copy(manifest: Manifest, held: Path, draft: Path) -> Manifest:
    """Copy what is held, and write the manifest behind it; return the manifest."""
    sources = list(files_below(held))
    size = sum(path.stat().st_size for path in sources)
    if shutil.disk_usage(draft.parent).free < size:
        raise P360Error(
            f"the backup needs {size / 1e9:,.1f} GB and {draft.parent} has less; free some space"
        )
    draft.mkdir(mode=0o700)  # Names and addresses of people are in it.
    files = []
    with steps("copying files", total=len(sources)) as step:
        for source in sources:
            path = source.relative_to(held).as_posix()
            files.append(BackedUpFile(path, *copy_file(source, draft / path)))
            step.advance(source.name)
    manifest = replace(manifest, files=tuple(files))
    manifest.write(draft)
    return manifest


def _report(to: Path, manifest: Manifest, left_out: list[str]) -> None:
    if left_out:
        names = ", ".join(left_out[:_SHOWN]) + (" and more" if len(left_out) > _SHOWN else "")
        warn(f"not of the project's making, and not in the backup: {names}")
    size = sum(file.size for file in manifest.files)
    rows = sum(table.rows for table in manifest.tables)
    out.print(
        f"backed up to {to}: {len(manifest.tables):,} tables of {rows:,} rows, "
        f"{len(manifest.files):,} files of {size / 1e6:,.1f} MB",
        markup=False,
    )
    for schema, run in manifest.live.items():
        out.print(f"  live in {schema}: run {run}")
