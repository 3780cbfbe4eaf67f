"""Folders that a crash left in the store: files of tables that never came to be."""

from __future__ import annotations

import shutil
from dataclasses import replace

from python_jobs.server.record import running
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings
from python_jobs.warehouse.run_lock import run_lock_is_free


def sweep_every_schema(settings: Settings) -> None:
    """Sweep each schema of the warehouse that nobody is building."""
    for schema in _stored_schemas(settings):
        if run_lock_is_free(schema):
            sweep_folders(schema)


def sweep_folders(settings: Settings) -> None:
    """Remove what a crash left in the store of one schema.

    Nobody may be building the schema meanwhile. Only folders in a file system can be swept, and
    only the server of this home can tell which of them are tables: without it nothing is done.
    """
    if settings.warehouse_dir is None:
        return
    folder = settings.warehouse_dir / f"{settings.store_schema}.db"
    server = running(settings)
    if not folder.is_dir() or server is None:
        return
    # Listed before the tables: what comes to be in between is not taken for a leftover.
    folders = [entry for entry in folder.iterdir() if entry.is_dir()]
    with connect(replace(settings, thrift_port=server.thrift_port)) as connection:
        names: set[str] = set()
        if connection.has_schema(settings.store_schema):
            tables = connection.query(f"show tables in {settings.store_schema}").rows
            names = {str(name) for _, name, *_ in tables}
    for entry in folders:
        if entry.name not in names:
            shutil.rmtree(entry, ignore_errors=True)


def _stored_schemas(settings: Settings) -> list[Settings]:
    """Return these settings for each schema that has stored versions in the warehouse."""
    if settings.warehouse_dir is None:
        return []
    stores = sorted(settings.warehouse_dir.glob("*_store.db"))
    return [replace(settings, schema=store.name.removesuffix("_store.db")) for store in stores]
