"""The records in Spark: a table for each batch that was shipped, and one view of all.

::

    <schema>_records.records            view: all batches; moved after each one
    <schema>_records.batch__<stamp>     the records of one or more runs; never changed
    <schema>_records.folded__<stamp>    many small batches in one table

A batch that no view names is one whose shipper died: its records still wait on disk, or stand in a
folded table, so it is dropped.
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from python_jobs.observability.incidents import Event
from python_jobs.observability.records import Record
from python_jobs.server.thrift import ThriftConnection
from python_jobs.settings import Settings
from python_jobs.warehouse.rewriting import Change, rewrite_table

# Whatever their age: what was loaded, and what people decided of incidents and odd days.
KEPT_KINDS = ("file", "incident")
MOST_BATCHES = 16  # More are folded: a view's text is bounded, and so is a query's plan.
VIEW = "records"
_ENTRIES = "array<struct<run_id:string,kind:string,recorded_at:timestamp,record:string>>"
_NO_RECORDS = (
    "select cast(null as string) as run_id, cast(null as string) as kind, "
    "cast(null as timestamp) as recorded_at, cast(null as string) as record where false"
)


class RecordStore:
    """The records of one schema in Spark.

    Args:
        connection: A session on the server.
        settings: Whose schema.
    """

    def __init__(self, connection: ThriftConnection, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        self.schema = f"{settings.schema}_records"

    @property
    def view(self) -> str:
        """Name of the view of all records."""
        return f"{self.schema}.{VIEW}"

    def exists(self) -> bool:
        """Return whether anything was ever recorded."""
        return self._connection.has_schema(self.schema) and self._connection.has_view(
            self.schema, VIEW
        )

    def ready(self) -> None:
        """Create the schema and the empty view where they are missing."""
        if not self.exists():
            self._connection.query(f"create schema if not exists {self.schema}")
            self._connection.query(f"create view if not exists {self.view} as {_NO_RECORDS}")

    def known_runs(self, run_ids: Sequence[str]) -> set[str]:
        """Return which of these runs are shipped already."""
        listed = ", ".join(f"'{run_id}'" for run_id in run_ids)
        rows = self._connection.query(
            f"select distinct run_id from {self.view} where kind = 'run' and run_id in ({listed})"
        ).rows
        return {str(run_id) for (run_id,) in rows}

    def events(self) -> list[Event]:
        """Return every step of every incident."""
        rows = self._connection.query(
            f"select record from {self.view} where kind = 'incident'"
        ).rows
        return [Event.from_content(json.loads(record)) for (record,) in rows]

    def ship(self, records: Sequence[Record], queries: Sequence[str] = ()) -> None:
        """Add records: all of them in one step, or none.

        Args:
            records: What is added.
            queries: SQL of more of them, with the view's columns in its order.
        """
        with self._alone():
            batches, orphans = self._batches()
            stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
            batch = f"batch__{stamp}"
            parts = [_literal_rows(records), *queries]
            self._connection.query(
                f"create table {self.schema}.{batch} using parquet as select /*+ coalesce(1) */ * "
                f"from ({' union all '.join(parts)})"
            )
            batches.append(batch)
            if len(batches) > MOST_BATCHES:
                folded = self._fold(batches, stamp)
                orphans, batches = [*orphans, *batches], [folded]
            self._show(batches, orphans)

    def drop_older(self, moment: datetime) -> int:
        """Drop the records made before a moment, in one step; return how many those were.

        Records of the kinds ``KEPT_KINDS`` stay.
        """
        kinds = ", ".join(f"'{kind}'" for kind in KEPT_KINDS)
        utc = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        stays = f"kind in ({kinds}) or recorded_at >= timestamp '{utc}'"
        with self._alone():
            dropped = self._connection.scalar(f"select count_if(not ({stays})) from {self.view}")
            if dropped:
                batches, orphans = self._batches()
                stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
                folded = self._fold(batches, stamp, f"where {stays}")
                self._show([folded], [*orphans, *batches])
        return int(dropped)

    def rewrite(self, change: Change) -> int:
        """Change the records that are stored, in one step; return how many changed.

        Args:
            change: Returns the records of a table changed, and how many are.
        """
        with self._alone():
            batches, orphans = self._batches()
            stamp, changed = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f"), 0
            shown = []
            for number, batch in enumerate(batches):
                new = f"folded__{stamp}{number:02}"
                old = f"{self.schema}.{batch}"
                full = f"{self.schema}.{new}"
                some = rewrite_table(self._connection, self._settings, old, full, change)
                shown.append(new if some else batch)
                orphans += [batch] if some else []
                changed += some
            if changed:
                self._show(shown, orphans)
        return changed

    def _fold(self, batches: Sequence[str], stamp: str, condition: str = "") -> str:
        """Write the records of many batches into one table; return its name."""
        folded = f"folded__{stamp}"
        self._connection.query(
            f"create table {self.schema}.{folded} using parquet as "
            f"select /*+ coalesce(1) */ * from ({self._all(batches)}) {condition}"
        )
        return folded

    def _show(self, batches: Sequence[str], orphans: Sequence[str]) -> None:
        """Move the view to these batches, and drop the others."""
        self._connection.query(f"alter view {self.view} as {self._all(batches)}")
        for orphan in orphans:
            self._connection.query(f"drop table if exists {self.schema}.{orphan}")

    def _all(self, batches: Sequence[str]) -> str:
        return " union all ".join(f"select * from {self.schema}.{batch}" for batch in batches)

    def _batches(self) -> tuple[list[str], list[str]]:
        """Return the batches that the view names, and those that it does not."""
        described = self._connection.query(f"show table extended in {self.schema} like '*'").rows
        tables = {str(name): str(information) for _, name, _, information in described}
        named = re.findall(rf"\b{self.schema}\.(\w+__\d+)", tables.pop(VIEW, ""))
        batches = list(dict.fromkeys(name for name in named if name in tables))
        return batches, [name for name in tables if name not in batches]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time of this home move the view."""
        folder = self._settings.home / "records"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{self._settings.schema}.lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _literal_rows(records: Sequence[Record]) -> str:
    """Return SQL for the records: one JSON text in a raw literal, which no record can end."""
    payload = json.dumps([record.to_json() for record in records])
    payload = payload.replace("'", "\\u0027").replace("$", "\\u0024")
    return (
        "select entry.run_id, entry.kind, entry.recorded_at, entry.record from (select "
        f"explode(from_json(r'{payload}', '{_ENTRIES}')) as entry)"
    )
