"""What metrics there are, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from python_jobs.dbt.metrics import Metric
from python_jobs.dbt.saved_queries import SavedQuery
from python_jobs.metrics.question import GRAINS
from python_jobs.terminal.console import out


def print_metrics(
    metrics: Mapping[str, Metric], saved_queries: Mapping[str, SavedQuery], *, with_json: bool
) -> None:
    """Print metrics and saved queries: two tables, or JSON with the dimensions of each metric."""
    if with_json:
        told = {
            "metrics": [as_object(one) for one in metrics.values()],
            "saved_queries": [saved_as_object(one) for one in saved_queries.values()],
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    _print_table(
        ("metric", "label", "unit", "owner", "meaning"),
        ((one.name, one.label, one.unit, one.owner, one.description) for one in metrics.values()),
    )
    out.print("\nAsk with: p360 metrics query net_sales --by month\n", markup=False)
    _print_table(
        ("saved query", "tables", "meaning"),
        ((one.name, " ".join(one.exports), one.description) for one in saved_queries.values()),
    )
    name = next(iter(saved_queries), "NAME")
    out.print(f"\nAsk with: p360 metrics query --saved-query {name}", markup=False)


def _print_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)


def as_object(metric: Metric) -> dict[str, Any]:
    """Return a metric with all that a program needs to ask it."""
    return {
        "name": metric.name,
        "label": metric.label,
        "description": metric.description,
        "kind": metric.kind,
        "unit": metric.unit,
        "owner": metric.owner,
        "grains": list(GRAINS),
        "dimensions": [
            {"name": one.name, "path": one.path, "label": one.label, "description": one.description}
            for one in metric.dimensions
        ],
    }


def saved_as_object(saved: SavedQuery) -> dict[str, Any]:
    """Return a saved query with what it asks, and the tables that builds write of it."""
    return {
        "name": saved.name,
        "label": saved.label,
        "description": saved.description,
        "metrics": list(saved.metrics),
        "paths": list(saved.paths),
        "exports": list(saved.exports),
    }
