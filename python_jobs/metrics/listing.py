"""What metrics there are, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from rich.markup import escape
from rich.table import Table

from python_jobs.dbt.metrics import Metric
from python_jobs.metrics.question import GRAINS
from python_jobs.terminal.console import out


def print_metrics(metrics: Collection[Metric], *, with_json: bool) -> None:
    """Print the metrics: a table, or JSON with the dimensions of each."""
    if with_json:
        print(json.dumps([as_object(one) for one in metrics], indent=2, ensure_ascii=False))
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("metric", "label", "unit", "meaning"):
        table.add_column(title, overflow="fold")
    for one in metrics:
        table.add_row(*(escape(text) for text in (one.name, one.label, one.unit, one.description)))
    out.print(table)
    out.print("\nAsk with: p360 metrics query net_sales --by month", markup=False)


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
