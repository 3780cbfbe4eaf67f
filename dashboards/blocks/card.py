"""Key figures, each with its change and a small line."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.formats import Change


@dataclass(frozen=True)
class CardContents:
    """What a card shows.

    Attributes:
        value: The number, short.
        exact: The same in full, for the tooltip.
        change: Change against the comparison; None for none.
        versus: What it is compared with, named.
        note: What the number leaves out.
        spark: Values of the small line; may be empty.
        color: Colour of the small line.
        label: Its name, where that hangs on the filters.
        explained: Address of the page that explains it.
    """

    value: str
    exact: str
    change: Change | None = None
    versus: str = ""
    note: str = ""
    spark: Sequence[float] = ()
    color: str = "#1c6fbf"
    label: str = ""
    explained: str = ""


@dataclass(frozen=True)
class Card:
    """A key figure; its label may come with its contents."""

    id: str
    label: str = " "

    def layout(self) -> Component:
        """Return its place on the page."""
        return html.Div(
            [
                html.H2(self.label, id=f"{self.id}-label", className="card-label"),
                html.P(" ", id=f"{self.id}-value", className="card-value"),
                html.P(
                    [
                        html.Span("", id=f"{self.id}-change"),
                        html.Span("", id=f"{self.id}-versus", className="card-versus"),
                    ],
                    className="card-change",
                ),
                html.Img(id=f"{self.id}-spark", className="card-spark", alt="", src=_NO_LINE),
                html.P("", id=f"{self.id}-note", className="card-note"),
                dcc.Link(
                    ["Explain", html.Span(f" {self.label.lower()}", className="for-readers")],
                    href="/explain",
                    id=f"{self.id}-explain",
                    className="card-explain",
                ),
            ],
            className="card",
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [
            (f"{self.id}-label", "children"),
            (f"{self.id}-value", "children"),
            (f"{self.id}-value", "title"),
            (f"{self.id}-change", "children"),
            (f"{self.id}-change", "className"),
            (f"{self.id}-versus", "children"),
            (f"{self.id}-spark", "src"),
            (f"{self.id}-note", "children"),
            (f"{self.id}-explain", "href"),
        ]

    def values(self, contents: CardContents) -> list[Any]:
        """Return the values of these properties."""
        change = contents.change
        return [
            contents.label or self.label,
            contents.value,
            contents.exact,
            f"{change.text} " if change else "",
            f"change is-{change.tone}" if change else "change",
            contents.versus,
            spark_line(contents.spark, contents.color),
            contents.note,
            contents.explained,
        ]


def spark_line(values: Sequence[float], color: str) -> str:
    """Return a small line of values as an image's address, with room for zero and the extremes."""
    if len(values) < 2 or not any(values):
        return _NO_LINE
    top, low, last = max(0.0, *values), min(0.0, *values), len(values) - 1
    points = " ".join(
        f"{place / last * 100:.1f},{26 - 24 * (value - low) / (top - low):.1f}"
        for place, value in enumerate(values)
    )
    return svg_image(
        f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.5" '
        'vector-effect="non-scaling-stroke" stroke-linejoin="round"/>'
    )


def svg_image(inner: str, high: int = 28) -> str:
    """Return marks as an image's address: 100 units wide, stretched to the room it is given."""
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 {high}" '
        f'preserveAspectRatio="none">{inner}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


_NO_LINE = svg_image("")
