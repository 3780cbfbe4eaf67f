"""The current snapshot, opened for questions: DuckDB over its Parquet files, in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import duckdb

from dashboards.data.metric_words import MetricWords, read_metric_words
from dashboards.data.snapshot import Manifest, Refresh, SnapshotFolder, read_manifest
from dashboards.filters import Domain, frozen_to
from dashboards.formats import Formats, read_formats
from python_jobs.settings import Settings

Parameters = Sequence[Any] | dict[str, Any]
_STATUSES = (
    "Completed",
    "Pending",
    "Cancelled",
    "Returned",
)  # In this order; others follow by name.
_NO_DAY = date(1970, 1, 1)
_MOST_FROZEN = 4  # Snapshots of earlier runs that are open at once.


@dataclass(frozen=True, eq=False)
class Data:
    """One opened snapshot. Equal to itself alone, so that what is worked out can be kept for it.

    Attributes:
        folder: Where it is.
        manifest: What it holds.
        formats: How its values are written.
        domain: What filters may ask of it.
        metrics: What metrics are called and mean, by name.
    """

    folder: Path
    manifest: Manifest
    formats: Formats
    domain: Domain
    metrics: MetricWords
    _connection: duckdb.DuckDBPyConnection

    def has(self, table: str, *columns: str) -> bool:
        """Return whether a table is there, with these columns."""
        return table in self.manifest.rows and set(columns) <= set(self.columns(table))

    def columns(self, table: str) -> list[str]:
        """Return the columns of a table that is there."""
        return [row["column_name"] for row in self.rows(f"describe {table}")]

    def rows(
        self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()
    ) -> list[dict[str, Any]]:
        """Return the rows of a question, as column to value. Safe to call from several threads."""
        cursor = self._connection.cursor().execute(sql, parameters)
        names = [str(column[0]) for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, parameters: Parameters = ()) -> dict[str, Any]:
        """Return the one row of a question."""
        return self.rows(sql, parameters)[0]

    def batches(self, sql: str, parameters: dict[str, Any], size: int) -> Any:
        """Yield the column names, then lists of up to ``size`` rows: nothing is held whole."""
        cursor = self._connection.cursor().execute(sql, parameters)
        yield [str(column[0]) for column in cursor.description or ()]
        while rows := cursor.fetchmany(size):
            yield rows


class Store:
    """Gives the opened current snapshot, and opens the next once there is one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._folder = SnapshotFolder(settings)
        self._lock = threading.Lock()
        self._opened: tuple[Path, Data] | None = None
        self._frozen: dict[Path, Data] = {}
        self._on_change: list[Callable[[], None]] = []

    def asked(self, search: str | None) -> Data | None:
        """Return the snapshot that an address asks for.

        That is the current one, or the one of the run that the address is frozen to; None where
        no snapshot of that run is kept.
        """
        run, current = frozen_to(search), self.data()
        if not run or (current is not None and current.manifest.run_id == run):
            return current
        folder = self._folder.of_run(run)
        if folder is None:
            return None
        with self._lock:
            if folder not in self._frozen:
                while len(self._frozen) >= _MOST_FROZEN:
                    self._frozen.pop(next(iter(self._frozen)))
                self._frozen[folder] = open_snapshot(folder, self.settings)
            return self._frozen[folder]

    def data(self) -> Data | None:
        """Return the current snapshot; None before the first."""
        folder = self._folder.current()
        opened = self._opened
        if folder is None:
            return opened[1] if opened else None
        if opened is not None and opened[0] == folder:
            return opened[1]
        with self._lock:
            if self._opened is None or self._opened[0] != folder:
                self._opened = (folder, open_snapshot(folder, self.settings))
                for forget in self._on_change:
                    forget()
            return self._opened[1]

    def on_change(self, forget: Callable[[], None]) -> None:
        """Have something called when another snapshot is opened."""
        self._on_change.append(forget)

    def last_refresh(self) -> Refresh | None:
        """Return how the last look for a new run went."""
        return self._folder.last_refresh()


def open_snapshot(folder: Path, settings: Settings) -> Data:
    """Open the snapshot in a folder."""
    manifest = read_manifest(folder)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    connection.execute("set timezone = 'UTC'")
    for table in manifest.rows:
        file = str(folder / f"{table}.parquet").replace("'", "''")
        connection.execute(f"create view {table} as from read_parquet('{file}')")
    return Data(
        folder=folder,
        manifest=manifest,
        formats=read_formats(settings, manifest.feeds),
        domain=_domain(connection) if "semantic_sales" in manifest.rows else _no_domain(),
        metrics=read_metric_words(folder),
        _connection=connection,
    )


def _domain(connection: duckdb.DuckDBPyConnection) -> Domain:
    def values(column: str) -> tuple[str, ...]:
        found = connection.execute(f"select distinct {column} from semantic_sales order by 1")
        return tuple(str(value) for (value,) in found.fetchall() if value is not None)

    @lru_cache(maxsize=4096)
    def knows(column: str, value: str) -> bool:
        question = f"select 1 from semantic_sales where {column} = ? limit 1"
        return bool(connection.cursor().execute(question, [value]).fetchall())

    first, last = connection.execute(
        "select min(sale_date), max(sale_date) from semantic_sales"
    ).fetchall()[0]
    statuses = values("status")
    return Domain(
        first=first or _NO_DAY,
        last=last or _NO_DAY,
        statuses=(
            *(one for one in _STATUSES if one in statuses),
            *(one for one in statuses if one not in _STATUSES),
        ),
        categories=values("category"),
        countries=values("country"),
        knows_customer=partial(knows, "customer"),
        knows_product=partial(knows, "product"),
    )


def _no_domain() -> Domain:
    return Domain(_NO_DAY, _NO_DAY, (), (), (), lambda _: False)
