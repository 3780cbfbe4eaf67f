"""The tools of ``p360 mcp``: each only reads, and is bounded in rows and seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from python_jobs.dbt import Metric
from python_jobs.errors import P360Error
from python_jobs.metrics.answers import Answer, Desk, as_json, connect_for
from python_jobs.metrics.listing import as_object, saved_as_object
from python_jobs.metrics.question import Asked
from python_jobs.observability.health import health_object, read_health
from python_jobs.settings import Settings

MOST_ROWS, MOST_SECONDS = 500, 60
MOST_COMPARED = 20_000
_SAMPLE, _MOST_PARTS = 20, 100
_LEFT_OUT, _RAW_ROW = ("quarantined_rows", "quarantined_value"), "raw_row"


def list_metrics(settings: Settings, search: str = "") -> dict[str, Any]:
    """Return the metrics whose name, label or description holds a text, and their dimensions.

    What a dimension is stands once, not with each metric: agents pay for what they read.
    """
    words = search.lower()
    found = [
        one
        for one in Desk(settings).metrics.values()
        if any(words in text.lower() for text in (one.name, one.label, one.description))
    ]
    dimensions = {
        each.name: {"label": each.label, "description": each.description}
        for one in found
        for each in one.dimensions
    }
    named = [
        as_object(one) | {"dimensions": [each.name for each in one.dimensions]} for one in found
    ]
    return {"metrics": named, "dimensions": dimensions}


def list_saved_queries(settings: Settings) -> list[dict[str, Any]]:
    """Return the saved queries."""
    return [saved_as_object(one) for one in Desk(settings).saved_queries.values()]


def query_metrics(settings: Settings, asked: Asked) -> dict[str, Any]:
    """Return columns, rows and SQL of a question; at most ``MOST_ROWS`` rows.

    Raises:
        P360Error: The question cannot be asked or answered.
    """
    desk = Desk(settings)
    question = desk.understand(asked)
    limit = min(question.limit or MOST_ROWS, MOST_ROWS)
    answer = desk.answer(replace(question, limit=limit + 1), MOST_SECONDS, MOST_COMPARED)
    units = {one.name: one.unit for one in question.metrics}
    return _rows(answer, limit) | {
        "is_cut": len(answer.rows) > limit,
        "units": units,
        "sql": answer.sql,
    }


def explain_figure(settings: Settings, asked: Asked) -> dict[str, Any]:
    """Return what a figure means, what it is made of, of which rows, and what it leaves out.

    Args:
        settings: Where the project is.
        asked: One metric, with filters and days.

    Raises:
        P360Error: The question cannot be asked or answered.
    """
    if len(asked.metrics) != 1:
        raise P360Error("one figure is explained at a time; name one metric")
    desk = Desk(settings)
    metric = desk.understand(asked).metrics[0]
    figure = _answer(desk, replace(asked, by=(), compare=None))
    single = {
        "metric": as_object(metric) | {"dimensions": []},
        "value": as_json(figure.rows[0])[0] if figure.rows else None,
        "sql": figure.sql,
    }
    if metric.parts:
        parts = _answer(desk, replace(asked, metrics=metric.parts, by=(), compare=None))
        single["made_of"] = dict(zip(parts.columns, as_json(parts.rows[0]), strict=True))
    if metric.row:
        single["rows"] = _row_counts(desk, asked, metric)
        top = replace(asked, by=(metric.row, "day"), compare=None, limit=_SAMPLE, is_top=True)
        single["largest_rows"] = _rows(_answer(desk, top), _SAMPLE)
    return single | _raw_rows(desk, asked, metric)


def row_account(settings: Settings) -> dict[str, Any]:
    """Return what became of the raw rows: in all, and of the newest loads.

    Raises:
        P360Error: No server runs, nothing is live, or Spark ran out of time.
    """
    counts = ("raw", "accepted", "quarantined", "duplicate", "superseded", "unaccounted")
    columns = [f"{one}_count" for one in counts]
    table = f"{settings.live_schema}.observability_row_account"
    with connect_for(settings, MOST_SECONDS) as connection:
        sums = ", ".join(f"sum({one})" for one in columns)
        total = connection.query(f"select {sums} from {table}").rows[0]
        loads = connection.query(
            f"select feed, load_id, {', '.join(columns)} from {table} "
            f"order by loaded_at desc limit {_MOST_PARTS}"
        ).rows
    names = ["feed", "load_id", *columns]
    return {
        "total": dict(zip(columns, as_json(total), strict=True)),
        "loads": [dict(zip(names, as_json(row), strict=True)) for row in loads],
    }


def health(settings: Settings) -> dict[str, Any]:
    """Return how the last run, the age of the data, the account of rows and incidents stand.

    Raises:
        P360Error: No server runs, or Spark ran out of time.
    """
    with connect_for(settings, MOST_SECONDS) as connection:
        return health_object(read_health(connection, settings))


def _answer(desk: Desk, asked: Asked) -> Answer:
    return desk.answer(desk.understand(asked), MOST_SECONDS)


def _rows(answer: Answer, limit: int) -> dict[str, Any]:
    rows: Sequence[Any] = answer.rows[:limit]
    return {"columns": answer.columns, "rows": [as_json(row) for row in rows]}


def _row_counts(desk: Desk, asked: Asked, metric: Metric) -> dict[str, int]:
    """Return how many rows the filters leave, and how many of them have a value other than 0."""
    each = desk.sql(desk.understand(replace(asked, by=(metric.row,), compare=None)))
    ask = f"select count(*), count_if({metric.name} <> 0) from ({each}) as rows_of_figure"
    with connect_for(desk.settings, MOST_SECONDS) as connection:
        ((under_filters, not_zero),) = connection.query(ask).rows
    return {"under_filters": under_filters, "not_zero": not_zero}


def _raw_rows(desk: Desk, asked: Asked, metric: Metric) -> dict[str, Any]:
    """Return the raw rows of the same days and filters: what became of them, what is left out.

    Figures of raw rows count them by their disposition, so nothing is left out of these.
    """
    disposed = replace(asked, metrics=("raw_rows",), by=("disposition",), compare=None)
    quarantined = (*asked.where, "disposition = 'quarantined'")
    by_reason = replace(disposed, metrics=_LEFT_OUT, by=("first_reason",), where=quarantined)
    try:
        found = {"raw_rows": dict(_answer(desk, disposed).rows)}
        if metric.row == _RAW_ROW:
            return found
        return found | {
            "left_out": _rows(_answer(desk, replace(by_reason, limit=_MOST_PARTS)), _MOST_PARTS)
        }
    except P360Error as error:
        return {"left_out": {"unknown": f"under these filters it cannot be told: {error}"}}
