"""Answers to questions: the rows that Spark gives, under the names that were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from python_jobs.dbt.metrics import read_metrics
from python_jobs.dbt.semantic_manifest import semantic_manifest
from python_jobs.errors import P360Error
from python_jobs.metrics.question import Asked, Question, understand
from python_jobs.metrics.rendering import PREVIOUS, Renderer
from python_jobs.server.thrift import Result, ThriftConnection, connect
from python_jobs.settings import Settings

CHANGE = "_change"
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
        self._renderer: Renderer | None = None

    def understand(self, asked: Asked) -> Question:
        """Return the question; names are looked up before anything slow is loaded.

        Raises:
            P360Error: As ``question.understand``.
        """
        return understand(asked, self.metrics)

    def sql(self, question: Question) -> str:
        """Return the SQL for a question, on the live tables.

        Raises:
            P360Error: MetricFlow or dbt cannot write it.
        """
        if self._renderer is None:
            self._renderer = Renderer(semantic_manifest(self.settings))
        return self._renderer.sql(question)

    def answer(self, question: Question, seconds: int | None = None) -> Answer:
        """Ask the server.

        Args:
            question: What is asked.
            seconds: How long Spark may work on it; None for as long as it takes.

        Raises:
            P360Error: No server runs, nothing is live, or Spark refuses the SQL or ran out of time.
        """
        sql = self.sql(question)
        with connect(self.settings) as connection:
            if seconds is not None:
                connection.query(f"set spark.sql.thriftServer.queryTimeout={seconds}")
            try:
                result = connection.query(sql)
            except P360Error as error:
                raise _known(error, connection, self.settings, seconds) from error
        return named(question, result, sql)


def named(question: Question, result: Result, sql: str = "") -> Answer:
    """Return a result under the names that were asked, with changes where values are compared."""
    asked = {path: name for name, path in question.groups}
    units = {metric.name: metric.unit for metric in question.metrics}
    places = {name: place for place, name in enumerate(result.columns)}
    columns, types, cells = [], [], []
    for path, name in asked.items():
        is_time = path.startswith("metric_time__")
        columns.append(name)
        types.append("date" if is_time else result.types[places[path]])
        cells.append([_day(row[places[path]], is_time) for row in result.rows])
    for name, unit in units.items():
        for column in [name, *([name + PREVIOUS] if question.offset else [])]:
            columns.append(column)
            types.append(
                "decimal" if unit in ("currency", "share") else result.types[places[column]]
            )
            cells.append([_exact(row[places[column]], unit) for row in result.rows])
        if question.offset:
            columns.append(name + CHANGE)
            types.append("decimal")
            cells.append([change(*pair) for pair in zip(cells[-2], cells[-1], strict=True)])
    return Answer(columns, types, list(zip(*cells, strict=True)), sql)


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
    """Return amounts to the cent and shares to six digits: ratios come as floating numbers."""
    if value is None or unit not in ("currency", "share"):
        return value
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(_CENT if unit == "currency" else _MILLIONTH)


def _known(
    error: P360Error, connection: ThriftConnection, settings: Settings, seconds: int | None
) -> P360Error:
    """Return an error in words of this project where its cause is a common one."""
    if not connection.has_schema(settings.live_schema):
        return P360Error(f"no run is live in {settings.live_schema} yet; start with 'p360 run'")
    if seconds is not None and "timed out" in str(error).lower():
        return P360Error(f"Spark did not answer within {seconds} s; ask for less")
    return error


def as_json(rows: Sequence[Any]) -> list[Any]:
    """Return cells that JSON holds; decimals and days as text."""
    return [str(one) if isinstance(one, (Decimal, date)) else one for one in rows]
