"""Readers in tight loops while everything is rebuilt: no error, no wrong count, one run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chaos.conftest import ChaosProject, rounds, through
from chaos.faults import FaultProxy
from python_jobs.cluster.login import connect_address
from python_jobs.errors import P360Error
from python_jobs.server.thrift import connect
from python_jobs.settings import Settings

FIRST = 300  # Raw rows of the first run; each later run has one more.
# Counts of the raw rows in three models of one release, and its run, in one query.
SNAPSHOT = """
    select
        (select count(*) from {live}.client_sales_raw),
        (select count(*) from {live}.silver_sales_assessed),
        (select sum(row_count) from {live}.gold_row_dispositions)
"""
LIGHT = "select count(*) from {live}.silver_sales_assessed"
Query = Callable[[str], list[tuple[Any, ...]]]


@dataclass
class Readers:
    """Three readers: a new session for each read, a long session, a long Spark Connect session."""

    settings: Settings
    live: str
    first: int = FIRST
    last: int = FIRST
    pause: float = 0
    reads: int = 0
    faults: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=one, daemon=True)
            for one in (self._fresh, self._long, self._spark_connect)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _fresh(self) -> None:
        def query(sql: str) -> list[tuple[Any, ...]]:
            with connect(self.settings) as connection:
                return connection.query(sql).rows

        self._loop(query, "fresh session")

    def _long(self) -> None:
        with connect(self.settings) as connection:
            self._loop(lambda sql: connection.query(sql).rows, "long session")

    def _spark_connect(self) -> None:
        from pyspark.sql import SparkSession

        session = SparkSession.builder.remote(connect_address(self.settings)).create()
        try:
            self._loop(lambda sql: [tuple(row) for row in session.sql(sql).collect()], "connect")
        finally:
            session.stop()

    def _loop(self, query: Query, kind: str) -> None:
        seen = 0
        number = 0
        while not self.is_over.wait(self.pause):
            number += 1
            sql = (SNAPSHOT if number % 4 == 0 else LIGHT).format(live=self.live)
            try:
                counts = [int(count) for count in query(sql)[0]]
            except P360Error as error:
                self.faults.append(f"{kind}: {error}")
                continue
            except Exception as error:  # Spark Connect's own errors.
                self.faults.append(f"{kind}: {str(error)[:200]}")
                continue
            self.reads += 1
            if len(set(counts)) > 1:
                self.faults.append(f"{kind}: models of several runs in one query: {counts}")
            if not self.first <= counts[0] <= self.last or counts[0] < seen:
                self.faults.append(f"{kind}: {counts[0]} rows after {seen}")
            seen = counts[0]


def read_while_rebuilding(
    chaos: ChaosProject,
    proxy: FaultProxy,
    rebuilds: int,
    reads: int,
    live: str,
    pause: float = 0,
) -> Readers:
    """Rebuild with ever more rows, and a new column half-way, while readers read."""
    chaos.write_seed(FIRST)
    chaos.must_build()
    # Wide windows before the views learn, before the step, and before they forget.
    proxy.hold_up = (r"(alter|create) view \w+_live\.\w+ as", 1)
    readers = Readers(Settings.from_environment(chaos.environment), live, pause=pause)
    threads = readers.start()
    number = 0
    while number < rebuilds or readers.reads < reads:
        number += 1
        if number == max(rebuilds // 2, 1):
            add_a_column(chaos)
        chaos.write_seed(FIRST + number)
        readers.last = FIRST + number
        done = chaos.execute(chaos.build_words(), through(proxy, chaos))
        assert done.returncode == 0, done.stdout
    readers.is_over.set()
    for thread in threads:
        thread.join(60)
    print(f"{readers.reads} reads during {number} rebuilds, {len(readers.faults)} faults")
    return readers


def add_a_column(chaos: ChaosProject) -> None:
    """Add a column to a table, and to a view that reads it."""
    folder = "models/silver"
    for file in (f"{folder}/silver_sales_assessed.sql", f"{folder}/silver_sales.sql"):
        text = (chaos.folder / file).read_text(encoding="utf-8")
        head, last = text.rsplit("        -- numbers\n", 1)
        column = "1 as half_way" if "assessed" in file else "half_way"
        text = f"{head}        {column},\n        -- numbers\n{last}"
        (chaos.folder / file).write_text(text, encoding="utf-8")


@pytest.mark.timeout(3600)
def test_readers_never_notice(
    chaos: ChaosProject, proxy: FaultProxy, request: pytest.FixtureRequest
) -> None:
    rebuilds = rounds(request, full=20, short=1)
    reads = rounds(request, full=5000, short=50)
    pause = rounds(request, full=0, short=1) / 5  # Else the build waits for its turn.
    readers = read_while_rebuilding(chaos, proxy, rebuilds, reads, f"{chaos.schema}_live", pause)
    assert readers.faults == []
    assert chaos.query("select half_way from {s}_live.silver_sales limit 1") == [(1,)]


@pytest.mark.usefixtures("full_chaos")
def test_readers_notice_stock_materializations(chaos: ChaosProject, proxy: FaultProxy) -> None:
    chaos.without_versions()
    readers = read_while_rebuilding(chaos, proxy, 2, 10, chaos.schema)
    assert readers.faults


@pytest.mark.usefixtures("full_chaos")
def test_readers_notice_views_that_move_one_by_one(chaos: ChaosProject, proxy: FaultProxy) -> None:
    chaos.edit("macros/versions/go_live.sql", "{%- if text -%}", "{%- if false -%}")
    chaos.edit("macros/versions/run_script.sql", "batch(100)", "batch(1)")
    readers = read_while_rebuilding(chaos, proxy, 2, 10, f"{chaos.schema}_live")
    assert any("several runs" in fault for fault in readers.faults), readers.faults
