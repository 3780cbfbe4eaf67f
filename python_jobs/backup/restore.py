"""``p360 restore``: from a backup to a P360_HOME that holds nothing yet, at whatever path."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from python_jobs.backup.checksums import count
from python_jobs.backup.files import bring_back
from python_jobs.backup.manifest import (
    HOME,
    TABLES,
    BackedUpTable,
    BackedUpView,
    Manifest,
    read_manifest,
)
from python_jobs.errors import P360Error
from python_jobs.pipeline.start import start_server
from python_jobs.server.restoring import is_unfinished, restoring
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, steps

_AT_ONCE = 50  # Statements of a script: what each costs beside its own work is paid once.
_OF_HOME = ("records", "views", "forgotten", "dashboard")


def restore(settings: Settings, backup: Path) -> None:
    """Make a P360_HOME what it was when the backup was begun; its server runs then.

    The catalogue is made anew from what it said, so nothing in it tells of the old home's path or
    of the database that held it. Until the end no other command starts or builds here; a restore
    that was cut off is begun anew by the next.

    Args:
        settings: The home, which must hold nothing.
        backup: What ``make_backup`` wrote.

    Raises:
        P360Error: It is no backup, was changed or made by a newer version; or the home is in use.
    """
    manifest = read_manifest(backup)
    warehouse = _check(settings)
    with restoring(settings) as begin:
        start_server(settings)
        with connect(settings) as connection:
            there = _schemas_there(settings, connection, manifest)
            begin()
            for part in _OF_HOME:
                shutil.rmtree(settings.home / part, ignore_errors=True)
            _run(connection, "schemas", _make_room(manifest, there))
            _run(connection, "tables", [_create(table) for table in manifest.tables])
            _copy(settings, warehouse, backup, manifest)
            _run(connection, "finding their files", [_found(table) for table in manifest.tables])
            _compare(connection, manifest.tables)
            _run(connection, "views", [_show(view) for view in manifest.views])
    _report(settings, manifest)


def _check(settings: Settings) -> Path:
    """Return the folder for the tables' files, where this home can be restored into."""
    if settings.is_elsewhere or settings.warehouse_dir is None:
        raise P360Error(
            f"p360 restore writes files, and {settings.warehouse} is no folder here; run it where "
            "the server is"
        )
    warehouse = settings.warehouse_dir
    folders = (warehouse, *(settings.home / part for part in _OF_HOME))
    used = [one for folder in folders if folder.is_dir() for one in folder.iterdir()]
    if used and not is_unfinished(settings):
        raise P360Error(f"P360_HOME is in use: {used[0]} is there; set P360_HOME to a new folder")
    return warehouse


def _schemas_there(
    settings: Settings, connection: ThriftConnection, manifest: Manifest
) -> set[str]:
    """Return the schemas that a restore before this one has left.

    Raises:
        P360Error: There are some that no restore has made: the catalogue is that of another home.
    """
    found = {str(row[0]) for row in connection.query("show schemas").rows}
    there = found & set(manifest.schemas)
    if there and not is_unfinished(settings):
        raise P360Error(
            f"the catalogue has a schema {min(there)} already; restore into an empty catalogue"
        )
    return there


def _make_room(manifest: Manifest, there: set[str]) -> list[str]:
    """Return the statements that make the schemas, empty."""
    drops = [f"drop schema {name} cascade" for name in sorted(there)]
    return [*drops, *(f"create schema {name}" for name in manifest.schemas)]


def _create(table: BackedUpTable) -> str:
    columns = ", ".join(f"`{name}` {kind}" for name, kind in table.columns)
    split = ", ".join(f"`{name}`" for name in table.partitioned_by)
    return f"create table {table.full_name} ({columns}) using parquet" + (
        f" partitioned by ({split})" if split else ""
    )


def _found(table: BackedUpTable) -> str:
    verb = "msck repair table" if table.partitioned_by else "refresh table"
    return f"{verb} {table.full_name}"


def _show(view: BackedUpView) -> str:
    return f"create view {view.schema}.{view.name} as {view.text}"


def _copy(settings: Settings, warehouse: Path, backup: Path, manifest: Manifest) -> None:
    places = {TABLES: warehouse, HOME: settings.home}
    with steps("copying files", total=len(manifest.files)) as step:
        for file in manifest.files:
            part, _, below = file.path.partition("/")
            target = (places[part] / below).resolve()
            if not target.is_relative_to(places[part].resolve()):
                raise P360Error(f"{file.path} leads out of P360_HOME; restore from another backup")
            bring_back(backup, file, target)
            step.advance(target.name)


def _compare(connection: ThriftConnection, tables: Sequence[BackedUpTable]) -> None:
    """Raise where a table does not hold what it held when it was backed up."""
    with steps("checksums of tables"):
        found = count(connection, tables)
    for table in tables:
        if found[table.full_name] != (table.rows, table.checksum):
            raise P360Error(
                f"{table.full_name} has {found[table.full_name][0]:,} rows and another checksum "
                f"than its {table.rows:,} rows had; restore from another backup"
            )


def _run(connection: ThriftConnection, title: str, statements: Sequence[str]) -> None:
    """Run statements that return nothing, many as one script."""
    with steps(title, total=len(statements)) as step:
        for first in range(0, len(statements), _AT_ONCE):
            some = statements[first : first + _AT_ONCE]
            connection.query("begin\n" + ";\n".join(some) + ";\nend")
            step.advance(by=len(some))


def _report(settings: Settings, manifest: Manifest) -> None:
    rows = sum(table.rows for table in manifest.tables)
    out.print(
        f"restored to {settings.home}: {len(manifest.tables):,} tables of {rows:,} rows, as of "
        f"{manifest.made_at}; files and tables have the checksums of the backup",
        markup=False,
    )
    for schema, run in manifest.live.items():
        out.print(f"  live in {schema}: run {run}")
    out.print("its server runs, with a login of its own: 'p360 status --connection'")
