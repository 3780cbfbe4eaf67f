"""The tools of ``p360 mcp``: each only reads, and is bounded in rows and seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from python_jobs.errors import P360Error
from python_jobs.metrics.answers import Answer, Desk, as_json, connect_for
from python_jobs.metrics.listing import as_object, saved_as_object
from python_jobs.metrics.question import Asked
from python_jobs.observability.health import health_object, read_health
from python_jobs.settings import Settings

MOST_ROWS, MOST_SECONDS = 500, 60
_SAMPLE, _LOADS = 20, 100
_LEFT_OUT = ("quarantined_rows", "quarantined_value")


def list_metrics(settings: Settings, search: str = "") -> list[dict[str, Any]]:
    """Return the metrics whose name, label or description holds a text."""
    found = [as_object(one) for one in Desk(settings).metrics.values()]
    words = search.lower()
    return [
        one
        for one in found
        if any(words in one[part].lower() for part in ("name", "label", "description"))
    ]


def list_saved_queries(settings: Settings) -> list[dict[str, Any]]:
    """Return the saved queries."""
    return [saved_as_object(one) for one in Desk(settings).saved_queries.values()]


def query_metrics(settings: Settings, asked: Asked) -> dict[str, Any]:
    """Return columns, rows and SQL of a question; at most ``MOST_ROWS`` rows.

    Raises:
        P360Error: The question cannot be asked or answered.
    """
    desk = Desk(settings)
    limit = min(asked.limit or MOST_ROWS, MOST_ROWS)
    question = desk.understand(replace(asked, limit=limit + 1))
    answer = desk.answer(question, MOST_SECONDS)
    units = {one.name: one.unit for one in question.metrics}
    return _rows(answer, limit) | {
        "is_cut": len(answer.rows) > limit,
        "units": units,
        "sql": answer.sql,
    }


def explain_figure(settings: Settings, asked: Asked) -> dict[str, Any]:
    """Return what a figure means, what it is made of, its largest rows, and what it leaves out.

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
        top = replace(asked, by=(metric.row, "day"), compare=None, limit=_SAMPLE, is_top=True)
        single["largest_rows"] = _rows(_answer(desk, top), _SAMPLE)
    return single | {"left_out": _left_out(desk, asked)}


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
            f"order by loaded_at desc limit {_LOADS}"
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


def _left_out(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Return the quarantined rows of the same days and filters, by their first reason."""
    question = replace(asked, metrics=_LEFT_OUT, by=("first_reason",), compare=None, limit=_LOADS)
    disposed = "disposition = 'quarantined'"
    try:
        answer = _answer(desk, replace(question, where=(*asked.where, disposed)))
    except P360Error as error:
        return {"unknown": f"under these filters it cannot be told: {error}"}
    return _rows(answer, _LOADS)
