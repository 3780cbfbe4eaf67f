"""The figures that a report opens with, under the names that the metrics' YAML gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from python_jobs.dbt.metrics import Metric
from python_jobs.metrics.answers import Desk
from python_jobs.metrics.question import Asked
from python_jobs.settings import Settings

KEY_METRICS = (
    *("net_sales", "gross_sales", "returned_sales", "orders", "average_order_value", "units"),
    *("active_customers", "rejection_rate", "quarantined_rows", "quarantined_value"),
    "unusual_sales",
)


@dataclass(frozen=True)
class KeyFigure:
    """A figure in words.

    Attributes:
        label: What it is called.
        value: The figure with its unit; a dash where there is none.
        description: What it is.
    """

    label: str
    value: str
    description: str


def key_figures(settings: Settings) -> list[KeyFigure]:
    """Ask the live run for the key figures, in one statement.

    Raises:
        P360Error: As ``Desk.answer``.
    """
    desk = Desk(settings)
    names = tuple(name for name in KEY_METRICS if name in desk.metrics)
    answer = desk.answer(desk.understand(Asked(names)))
    return in_words(desk.metrics, dict(zip(answer.columns, answer.rows[0], strict=True)))


def in_words(metrics: Mapping[str, Metric], values: Mapping[str, Any]) -> list[KeyFigure]:
    """Return values of metrics as figures, in the order of the values."""
    known = [metrics[name] for name in values]
    return [
        KeyFigure(one.label, _written(values[one.name], one.unit), one.description) for one in known
    ]


def _written(value: Any, unit: str) -> str:  # noqa: ANN401
    if value is None:
        return "–"  # noqa: RUF001
    if unit == "currency":
        return f"{value:,.2f}"
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.3f}".rstrip("0").rstrip(".") + f" {unit}"
