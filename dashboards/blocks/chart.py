"""Charts, each with heading, summary and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import figures
from dashboards.blocks.block import Property
from dashboards.blocks.table import Table

CHART = "chart"  # Type of the ids of all charts, by which clicks on marks are found.
TABLE, TABLE_PLACE, TABLE_TOGGLE = "table", "table-place", "table-toggle"


_FRAME = "chart-frame"
_BLANK = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "xaxis": {"visible": False},
    "yaxis": {"visible": False},
}


@dataclass(frozen=True)
class ChartContents:
    """What a chart shows.

    Attributes:
        title: The question or the finding.
        summary: The finding in a sentence, numbers to the cent.
        figure: The marks.
        table: The same numbers as a table.
        notes: What is noted of single days, for a ``NotedChart``.
    """

    title: str
    summary: str
    figure: figures.Figure
    table: Table
    notes: Sequence[Component] = ()


def heading_above(block: str, title: str) -> list[Component]:
    """Return the places of a block's title and of its finding in a sentence."""
    return [
        html.H2(title, id=f"{block}-title", className="block-title"),
        html.P(" ", id=f"{block}-summary", className="block-summary"),
    ]


def table_below(block: str) -> list[Component]:
    """Return the place of a block's table: it waits as data until it is opened.

    A cell that is drawn costs time.
    """
    return [
        dcc.Store(id={"type": TABLE, "id": block}),
        html.Details(
            [
                html.Summary("View as table", id={"type": TABLE_TOGGLE, "id": block}),
                html.Div(id={"type": TABLE_PLACE, "id": block}),
            ],
            className="chart-table",
        ),
        files_below(block),
    ]


def files_below(block: str) -> Component:
    """Return the buttons for the files of a block."""
    return html.Div([_tool(block, kind) for kind in ("CSV", "PNG")], className="chart-tools")


def _tool(block: str, kind: str) -> Component:
    """Return the button for a file of a chart: its numbers, or its picture (assets/files.js)."""
    name = f"{block}-{kind.lower()}"
    return html.Button(
        kind,
        id=name,
        className="chart-tool",
        type="button",
        title=f"Download as {kind}",
        **{"aria-labelledby": f"{name} {block}-title", "data-block": block, "data-kind": kind},
    )


@dataclass(frozen=True)
class Chart:
    """A chart with heading, summary and table.

    Attributes:
        id: Name of the block.
        title: Heading until there is a better one.
        height: Height of the plot in pixels, so that nothing moves when it comes.
    """

    id: str
    title: str
    height: int = 300
    class_name: str = ""

    def layout(self) -> Component:
        """Return its place on the page."""
        graph = dcc.Graph(
            id={"type": CHART, "id": self.id},
            figure={"data": [], "layout": _BLANK},
            config=figures.CONFIG,
            style={"height": "100%"},
            className="chart-graph",
            responsive=True,
        )
        return html.Section(
            [
                *heading_above(self.id, self.title),
                # The frame holds the room until the graph's own code has come.
                html.Div(
                    graph,
                    id=f"{self.id}-frame",
                    className=_FRAME,
                    style={"height": f"{self.height}px"},
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
            (f"{self.id}-frame", "className"),
            ({"type": CHART, "id": self.id}, "figure"),
            ({"type": TABLE, "id": self.id}, "data"),
        ]

    def values(self, contents: ChartContents) -> list[Any]:
        """Return the values of these properties."""
        return [
            contents.title,
            contents.summary,
            # Without marks the summary says why, and no room is kept for them.
            _FRAME if contents.figure["data"] else f"{_FRAME} is-empty",
            contents.figure,
            contents.table.component(),
        ]
