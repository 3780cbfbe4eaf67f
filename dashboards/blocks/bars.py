"""Rankings: bars as plain HTML, so that no name and no figure is cut, at any width and in print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.blocks.chart import TABLE, ChartContents, heading_above, table_below
from dashboards.figures import Figure

_LINE = re.compile(r"<br>")


@dataclass(frozen=True)
class Bars:
    """Horizontal bars from zero with heading, summary and table; takes what a ``Chart`` takes.

    Attributes:
        id: Name of the block.
        title: Heading until there is a better one.
        rows: Bars that there is room for from the start, so that little moves when they come.
    """

    id: str
    title: str
    rows: int = 4
    class_name: str = ""

    def layout(self) -> Component:
        """Return its place on the page."""
        return html.Section(
            [
                *heading_above(self.id, self.title),
                html.Div(
                    id=f"{self.id}-bars",
                    className="bars",
                    style={"minHeight": f"{self.rows * _ROW_HEIGHT}px"},
                ),
                *table_below(self.id),
            ],
            className=f"block {self.class_name}".strip(),
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [
            (f"{self.id}-title", "children"),
            (f"{self.id}-summary", "children"),
            (f"{self.id}-bars", "children"),
            (f"{self.id}-bars", "style"),
            ({"type": TABLE, "id": self.id}, "data"),
        ]

    def values(self, contents: ChartContents) -> list[Any]:
        """Return the values of these properties."""
        bars = _bars(contents.figure)
        many = len(contents.figure["data"][0]["x"]) if contents.figure["data"] else 0
        return [
            contents.title,
            contents.summary,
            bars,
            {"minHeight": f"{min(many, self.rows) * _ROW_HEIGHT}px"},
            contents.table.component(),
        ]


_ROW_HEIGHT = 31


def _bars(figure: Figure) -> Component | None:
    """Return the bars of a figure of ``figures.ranked``; without any the summary says why."""
    if not figure["data"]:
        return None
    [trace] = figure["data"]
    values, names = trace["x"], figure["layout"]["yaxis"]["ticktext"]
    blank = [""] * len(values)
    labels = list(trace.get("text") or blank)
    links, texts = trace.get("customdata", blank), trace.get("hovertext", blank)
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    room = max((len(label) for label in labels), default=0)
    rows = []
    for at, value in enumerate(values):
        style = {
            "--from": f"{(min(value, 0.0) - low) / span:.4f}",
            "--part": f"{abs(value) / span:.4f}",
            "--color": trace["marker"]["color"][at],
        }
        name = names[at]
        rows.append(
            html.Li(
                [
                    dcc.Link(name, href=links[at], className="bar-name")
                    if links[at]
                    else html.Span(name, className="bar-name"),
                    html.Span(
                        [
                            html.Span(className="bar-fill"),
                            html.Span(labels[at], className="bar-label"),
                        ],
                        className="bar-line",
                        style=style,
                    ),
                ],
                className="bar",
                title=_LINE.sub("\n", texts[at]) if texts[at] else None,
            )
        )
    return html.Ol(rows, className="bar-list", style={"--room": f"{room}ch"})
