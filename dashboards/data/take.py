"""Takes a snapshot: every semantic and observability table of the live run, once, by Arrow.

Run as a process of its own (``python -m dashboards.data.take``), so that the memory it needs goes
back, and a fault in it cannot harm the app.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboards.data.definitions import write_definitions
from dashboards.data.metric_words import write_metric_words
from dashboards.data.snapshot import Manifest, SnapshotFolder
from python_jobs.errors import P360Error
from python_jobs.server import connect_address, readable
from python_jobs.settings import Settings

_READ = ("semantic_", "observability_", "obs_")
_ABOUT_THE_RUN = ("live_run", "live_models")
_LEFT = {"semantic_days"}  # MetricFlow's time spine; no page asks it.
_SORTED = {"semantic_sales": "sale_date, sale_at, raw_row"}  # So that a range of days is few pages.
_ROW_GROUP = 100_000
_TRIES = 3


def take(settings: Settings) -> Manifest:
    """Take a snapshot of the live run and make it the current one.

    Args:
        settings: Where the server and ``P360_HOME`` are.

    Raises:
        P360Error: No server answers, nothing is live, or runs go live faster than they are read.
    """
    session = _session(settings)
    try:
        for _ in range(_TRIES):
            manifest = _take_once(session, settings)
            if manifest is not None:
                return manifest
    finally:
        session.stop()
    raise P360Error("a new run went live during each try to read one; try again later")


def _session(settings: Settings) -> Any:
    from pyspark.sql import SparkSession

    return SparkSession.builder.remote(connect_address(settings)).getOrCreate()


def _take_once(session: Any, settings: Settings) -> Manifest | None:
    started = time.monotonic()
    live = settings.live_schema
    names = {row["viewName"] for row in session.sql(f"show views in {live}").collect()}
    if "live_run" not in names:
        raise P360Error(f"no run is live in schema {live} yet; start with 'p360 run'")
    run = session.table(f"{live}.live_run").collect()[0].asDict()
    snapshots = SnapshotFolder(settings)
    folder = snapshots.new()
    rows, left_out = {}, {}
    asked = {name for name in names if name.startswith(_READ) or name in _ABOUT_THE_RUN}
    for name in sorted(asked - _LEFT):
        order = f" order by {_SORTED[name]}" if name in _SORTED else ""
        try:
            table = session.sql(f"select * from {live}.{name}{order}").toArrow()
        except Exception as error:  # One broken table must not hide the others.
            left_out[name] = readable(error)
            continue
        rows[name] = table.num_rows
        _write(table, folder / f"{name}.parquet")
    write_definitions(settings, folder, set(rows))
    write_metric_words(settings, folder)
    feeds = session.sql(f"select distinct feed from {live}.observability_row_account").collect()
    if session.table(f"{live}.live_run").collect()[0]["run_id"] != run["run_id"]:
        return None
    manifest = Manifest(
        run_id=run["run_id"],
        went_live_at=_iso(run["went_live_at"]),
        newest_sale_at=_iso(run["newest_sale_at"]),
        newest_load_at=_iso(run["newest_load_at"]),
        taken_at=_iso(datetime.now(UTC).replace(tzinfo=None)),
        seconds=round(time.monotonic() - started, 2),
        feeds=tuple(sorted(row["feed"] for row in feeds)),
        rows=rows,
        left_out=left_out,
    )
    snapshots.publish(folder, manifest)
    return manifest


def _write(table: pa.Table, file: Path) -> None:
    """Write a table, times as plain UTC: a time zone on each would only be in the way."""
    fields = [
        one.with_type(pa.timestamp("us")) if pa.types.is_timestamp(one.type) else one
        for one in table.schema
    ]
    table = table.cast(pa.schema(fields))
    pq.write_table(table, file, compression="zstd", row_group_size=_ROW_GROUP)


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(sep=" ", timespec="seconds")


def main() -> None:
    """Take one; what goes wrong is one line on standard error, and exit code 1."""
    try:
        take(Settings.from_environment())
    except Exception as error:  # Spark's own errors carry traces that nobody may see.
        print(readable(error), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
