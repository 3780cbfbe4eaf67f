"""What beside tables may name a person: records, logs, saved views, the dashboard's snapshots."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pyarrow as pa

from python_jobs.erasure.residue import STAND_IN, Wanted, blacken
from python_jobs.observability.store import RecordStore
from python_jobs.server.dashboard import running
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings

_SECONDS_FOR_A_SNAPSHOT = 60


def text_places(settings: Settings) -> list[Path]:
    """Return where logs, records that wait, saved views, and what dbt writes lie."""
    home, project, schema = settings.home, settings.project_dir, settings.schema
    below_home = [home / "logs", home / "records" / schema, home / "views" / f"{schema}.yml"]
    return [*below_home, project / "logs", project / "target"]


def all_places(settings: Settings) -> list[Path]:
    """Return where files lie that are of this schema, or of all schemas."""
    home, schema = settings.home, settings.schema
    apart = (home / "warehouse", home / "dashboard", home / "records", home / "views")
    shared = [path for path in home.iterdir() if path not in apart]
    warehouse = settings.warehouse_dir or home / "warehouse"
    parts = ("", "_store", "_live", "_records")
    tables = [warehouse / f"{schema}{part}.db" for part in parts]
    return [*shared, *tables, home / "dashboard" / schema, *text_places(settings)[1:]]


def blacken_texts(settings: Settings, wanted: Wanted) -> int:
    """Blacken those files; return how many."""
    return blacken(wanted, text_places(settings))


def blacken_records(connection: ThriftConnection, settings: Settings, wanted: Wanted) -> int:
    """Blacken the stored records of runs, tests and incidents; return how many."""
    pattern = wanted.pattern()
    store = RecordStore(connection, settings)
    if pattern is None or not store.exists():
        return 0

    def blackened(rows: pa.Table) -> tuple[pa.Table, int]:
        old = rows["record"].to_pylist()
        new = [
            pattern.sub(lambda match: STAND_IN * len(match[0]), one.encode()).decode()
            for one in old
        ]
        changed = sum(one != two for one, two in zip(old, new, strict=True))
        place = rows.column_names.index("record")
        return rows.set_column(place, "record", pa.array(new, rows["record"].type)), changed

    return store.rewrite(blackened)


def drop_snapshots(settings: Settings, live_run: str) -> list[str]:
    """Drop the dashboard's snapshots of runs that are kept no longer; return those runs.

    A dashboard that is served takes one of the live run first, so that it has figures throughout.
    """
    folder = settings.home / "dashboard" / settings.schema
    current = folder / "current"
    until = time.monotonic() + _SECONDS_FOR_A_SNAPSHOT
    while _is_served(settings) and current.is_file() and time.monotonic() < until:
        if _run_of(folder / current.read_text("utf-8").strip()) == live_run:
            break
        time.sleep(1)
    dropped = set()
    for taken in folder.glob("taken-*"):
        run = _run_of(taken)
        if run != live_run:
            shutil.rmtree(taken, ignore_errors=True)
            dropped.add(run)
    return sorted(dropped - {""})


def _is_served(settings: Settings) -> bool:
    record = running(settings)
    return record is not None and record.schema == settings.schema


def _run_of(taken: Path) -> str:
    try:
        return str(json.loads((taken / "manifest.json").read_text("utf-8"))["run_id"])
    except (OSError, ValueError, KeyError):
        return ""
