"""How many sales to flag: the slider, and what another budget would flag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.blocks import Property
from dashboards.data.unusual import Scores
from dashboards.page import View

_BUDGETS = (0.1, 5.0, 0.1)  # Least, most and step, in percent of all sales.


@dataclass(frozen=True)
class Budget:
    """The slider for the budget, and what it would flag."""

    id: str = "unusual-budget"

    def layout(self) -> Component:
        """Return its place on the page."""
        least, most, step = _BUDGETS
        return html.Section(
            [
                html.H2("Try another alert budget", className="block-title"),
                html.P(" ", id=f"{self.id}-summary", className="block-summary"),
                dcc.Store(id=f"{self.id}-given"),
                html.Div(
                    dmc.Slider(
                        id=f"{self.id}-slider",
                        min=least,
                        max=most,
                        step=step,
                        precision=1,
                        value=0.5,
                        updatemode="mouseup",
                        label={"function": "percent"},
                        marks=[{"value": n, "label": f"{n} %"} for n in (0.5, *range(2, 6))],
                        thumbLabel="Budget in percent of all sales",
                    ),
                    className="slider",
                ),
            ],
            className="block",
            **{"aria-label": "Budget"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [
            (f"{self.id}-summary", "children"),
            (f"{self.id}-slider", "value"),
            (f"{self.id}-given", "data"),
        ]

    def values(self, contents: tuple[str, float]) -> list[Any]:
        """Return the values of these properties."""
        text, value = contents
        return [text, value, value]


def budget_of(view: View) -> float | None:
    """Return the budget asked for, in percent; None for what the job itself flags."""
    try:
        asked = float(view.filters.extra("budget"))
    except ValueError:
        return None
    least, most, _ = _BUDGETS
    return asked if least <= asked <= most else None


def budget_contents(
    view: View, scores: Scores, budget: float | None, shown: int
) -> tuple[str, float]:
    """Return what the slider says, and where it stands."""
    formats = view.formats
    own = 100 * scores.flagged / scores.scored
    text = (
        f"The current budget flags {formats.plural(scores.flagged, 'sale')} of "
        f"{formats.count(scores.scored)} ({own:.2f} %). "
    )
    if budget is not None:
        would = max(1, round(scores.scored * budget / 100))
        text += f"A budget of {budget:g} % would flag {formats.count(would)}. "
    return (
        f"{text}{formats.count(shown)} of them match the filters of this page.",
        budget if budget is not None else round(min(max(own, _BUDGETS[0]), _BUDGETS[1]), 1),
    )
