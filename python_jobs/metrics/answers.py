"""Answers to questions: the rows that Spark gives, under the names that were asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from python_jobs.dbt.metrics import read_metrics
from python_jobs.dbt.saved_queries import read_saved_queries
from python_jobs.dbt.semantic_manifest import semantic_manifest
from python_jobs.errors import P360Error
from python_jobs.metrics.question import Asked, Question, understand
from python_jobs.metrics.rendering import Renderer
from python_jobs.server.thrift import Result, ThriftConnection, connect
from python_jobs.settings import Settings

PREVIOUS, CHANGE = "_previous", "_change"
# As PyHive and Spark say it.
_TIMED_OUT = re.compile("timed ?out", re.IGNORECASE)
_CENT, _MILLIONTH = Decimal("0.01"), Decimal("0.000001")


@dataclass(frozen=True)
class Answer:
    """What a question was answered.

    Attributes:
        columns: Groups, then each metric; where compared, its previous value and relative change.
        types: Spark's type of each column, in lower case.
        rows: One tuple a row, amounts to the cent and shares to six digits.
        sql: What Spark ran.
    """

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]
    sql: str


class Desk:
    """Answers questions about the metrics of a project as its files are now."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = read_metrics(settings.project_dir)
        self.saved_queries = read_saved_queries(settings.project_dir)
        self._renderer: Renderer | None = None

    def understand(self, asked: Asked) -> Question:
        """Return the question; names are looked up before anything slow is loaded.

        Raises:
            P360Error: As ``question.understand``.
        """
        return understand(asked, self.metrics, self.saved_queries)

    def sql(self, question: Question) -> str:
        """Return the SQL for a question, on the live tables.

        Raises:
            P360Error: MetricFlow or dbt cannot write it.
        """
        if self._renderer is None:
            self._renderer = Renderer(semantic_manifest(self.settings))
        return self._renderer.sql(question)

    def answer(
        self, question: Question, seconds: int | None = None, most: int | None = None
    ) -> Answer:
        """Ask the server.

        Args:
            question: What is asked.
            seconds: How long Spark may work on each statement; None for as long as it takes.
            most: How many rows of each period may be compared; None for all of them.

        Raises:
            P360Error: No server runs, nothing is live, Spark refuses the SQL or ran out of time, or
                there are more rows to compare.
        """
        asked = [question]
        if question.step:
            limit = None if most is None else most + 1
            asked = [replace(one, limit=limit) for one in (question, question.earlier())]
        statements = list(dict.fromkeys(map(self.sql, asked)))
        with connect_for(self.settings, seconds) as connection:
            try:
                results = [connection.query(sql) for sql in statements]
            except P360Error as error:
                raise _known(error, connection, self.settings) from error
        if question.step and most is not None and any(len(one.rows) > most for one in results):
            raise P360Error(
                f"there are more than {most:,} rows of a period to compare; ask by fewer "
                "dimensions, or for fewer days"
            )
        answers = [named(question, one, statements[0]) for one in results]
        return compared(question, answers[0], answers[-1]) if question.step else answers[0]


@contextmanager
def connect_for(settings: Settings, seconds: int | None) -> Iterator[ThriftConnection]:
    """Open a session in which Spark works so long on each statement, and no longer; None for ever.

    Raises:
        P360Error: No server runs, or a statement took longer.
    """
    with connect(settings) as connection:
        if seconds is not None:
            connection.query(f"set spark.sql.thriftServer.queryTimeout={seconds}")
        try:
            yield connection
        except P360Error as error:
            if seconds is None or not _TIMED_OUT.search(str(error)):
                raise
            raise P360Error(
                f"Spark did not answer within {seconds} s; ask for less, or again later"
            ) from error


def named(question: Question, result: Result, sql: str = "") -> Answer:
    """Return a result under the names that were asked, groups first."""
    places = {name: place for place, name in enumerate(result.columns)}
    columns, types, cells = [], [], []
    for name, path in question.groups:
        is_time = path.startswith("metric_time__")
        columns.append(name)
        types.append("date" if is_time else result.types[places[path]])
        cells.append([_day(row[places[path]], is_time) for row in result.rows])
    for metric in question.metrics:
        is_exact = metric.unit in ("currency", "share")
        columns.append(metric.name)
        types.append("decimal" if is_exact else result.types[places[metric.name]])
        cells.append([_exact(row[places[metric.name]], metric.unit) for row in result.rows])
    return Answer(columns, types, list(zip(*cells, strict=True)), sql)


def compared(question: Question, now: Answer, before: Answer) -> Answer:
    """Return an answer with the value of the period before and the change beside each metric."""
    assert question.step is not None
    many = len(question.groups)
    times = [n for n, (_, path) in enumerate(question.groups) if path.startswith("metric_time__")]
    time = times[0] if times else None
    current = {row[:many]: row[many:] for row in now.rows}
    last = max((key[time] for key in current if time is not None and key[time]), default=None)
    earlier = {}
    for row in before.rows:
        key = row[:many]
        if time is not None:
            if key[time] is None:
                continue
            moved = question.step.after(key[time])
            if question.step.before(moved) != key[time]:
                continue  # 29 February, which the year after has no day for.
            if question.end is None and (last is None or moved > last):
                continue  # It would be compared with a period that has not begun.
            key = (*key[:time], moved, *key[time + 1 :])
        earlier[key] = row[many:]
    none = (None,) * len(question.metrics)
    rows = []
    for key in sorted({*current, *earlier}, key=_in_order):
        cells: list[Any] = []
        pairs = zip(current.get(key, none), earlier.get(key, none), strict=True)
        for value, previous in pairs:
            cells += [value, previous, change(value, previous)]
        rows.append((*key, *cells))
    if question.is_top:
        rows.sort(key=lambda row: (row[many] is not None, row[many] or 0), reverse=True)
    columns, types = now.columns[:many], now.types[:many]
    for name, kind in zip(now.columns[many:], now.types[many:], strict=True):
        columns += [name, name + PREVIOUS, name + CHANGE]
        types += [kind, kind, "decimal"]
    return Answer(columns, types, rows[: question.limit], now.sql)


def _in_order(key: tuple[Any, ...]) -> list[Any]:
    return [(cell is not None, str(cell) if isinstance(cell, date) else cell or "") for cell in key]


def change(now: Any, before: Any) -> Decimal | None:  # noqa: ANN401
    """Return the relative change; None where there is nothing above 0 to compare with."""
    if now is None or before is None or before <= 0:
        return None
    return (Decimal(str(now)) / Decimal(str(before)) - 1).quantize(_MILLIONTH)


def _day(value: Any, is_time: bool) -> Any:  # noqa: ANN401
    """Return a day as such: Spark's grains of time are timestamps at midnight."""
    if is_time and isinstance(value, datetime):
        return value.date()
    if is_time and isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value


def _exact(value: Any, unit: str) -> Any:  # noqa: ANN401
    """Return amounts to the cent and shares to six digits, as Spark rounds: ratios are doubles."""
    if value is None or unit not in ("currency", "share"):
        return value
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(_CENT if unit == "currency" else _MILLIONTH, ROUND_HALF_UP)


def _known(error: P360Error, connection: ThriftConnection, settings: Settings) -> P360Error:
    """Return an error in words of this project where its cause is a common one."""
    if not connection.has_schema(settings.live_schema):
        return P360Error(f"no run is live in {settings.live_schema} yet; start with 'p360 run'")
    return error


def as_json(rows: Sequence[Any]) -> list[Any]:
    """Return cells that JSON holds; decimals and days as text."""
    return [str(one) if isinstance(one, (Decimal, date)) else one for one in rows]
