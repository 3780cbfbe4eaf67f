"""The blocks of which every page is made: cards, charts with their table, grids, panels.

A block is laid out once. What it shows comes later, property by property: Dash mounts again
whatever is returned as a part of the layout, and that would flicker and lose the focus.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import figures
from dashboards.formats import Change

Property = tuple[Any, str]
CHART = "chart"  # Type of the ids of all charts, by which clicks on marks are found.
GRID = "grid"
TABLE, TABLE_PLACE, TABLE_TOGGLE = "table", "table-place", "table-toggle"


class Block(Protocol):
    """What a page is made of."""

    @property
    def id(self) -> str:
        """Name of the block on its page."""

    def layout(self) -> Component:
        """Return its place on the page."""

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill, as id and name."""

    def values(self, contents: Any) -> list[Any]:
        """Return the values of these properties."""


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    href: str


_MOST_ROWS = 200  # In a table below a chart: it is sent with the page.
_NUMBER = re.compile(r"|–|[-−+]?[^\w\s]?[-−]?\d[\d.,\u00a0\u202f ]*[^\w\s]?( ?%)?")


@dataclass(frozen=True)
class Table:
    """A small table: the first column names the row, columns of numbers stand to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""

    def component(self) -> Component:
        """Return it: with links cell by cell, else as one component.

        Dash tells each component of all others: 4,000 cells kept a browser busy for half a minute.
        """
        shown = self.rows[:_MOST_ROWS]
        hidden = len(self.rows) - len(shown)
        more = f"and {hidden:,} more rows; a shorter period or a longer step shows them"
        words = [
            f"words-{place + 1}"
            for place in range(1, len(self.columns))
            if not all(_is_number(row[place]) for row in self.rows)
        ]
        name = " ".join(["table", *words])
        has_links = any(isinstance(cell, Link) for row in shown for cell in row)
        return html.Div(
            [
                self._with_links(name, shown) if has_links else self._as_one(name, shown),
                *([html.P(more, className="block-summary")] if hidden else []),
            ],
            className="table-scroll",
            tabIndex=0,
            role="region",
            **{"aria-label": f"Table: {self.caption}"},
        )

    def _as_one(self, name: str, rows: Sequence[Sequence[object]]) -> Component:
        return dmc.Table(
            data={
                "caption": self.caption,
                "head": self.columns,
                "body": [["" if cell is None else str(cell) for cell in row] for row in rows],
            },
            className=name,
        )

    def _with_links(self, name: str, rows: Sequence[Sequence[object]]) -> Component:
        head = html.Thead(html.Tr([html.Th(one, scope="col") for one in self.columns]))
        body = [
            html.Tr([html.Th(_cell(row[0]), scope="row"), *(html.Td(_cell(c)) for c in row[1:])])
            for row in rows
        ]
        caption = [html.Caption(self.caption)] if self.caption else []
        return html.Table([*caption, head, html.Tbody(body)], className=name)


def _is_number(cell: object) -> bool:
    return not isinstance(cell, str) or _NUMBER.fullmatch(cell) is not None


def _cell(cell: object) -> Any:
    return dcc.Link(cell.text, href=cell.href) if isinstance(cell, Link) else cell


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
    """

    value: str
    exact: str
    change: Change | None = None
    versus: str = ""
    note: str = ""
    spark: Sequence[float] = ()
    color: str = "#1c6fbf"
    label: str = ""


@dataclass(frozen=True)
class Card:
    """A key figure."""

    id: str
    label: str

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
        ]


@dataclass(frozen=True)
class ChartContents:
    """What a chart shows.

    Attributes:
        title: The question or the finding.
        summary: The finding in a sentence, numbers to the cent.
        figure: The marks.
        table: The same numbers as a table.
    """

    title: str
    summary: str
    figure: figures.Figure
    table: Table


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
                html.H2(self.title, id=f"{self.id}-title", className="block-title"),
                html.P(" ", id=f"{self.id}-summary", className="block-summary"),
                # The frame holds the room until the graph's own code has come.
                html.Div(graph, className="chart-frame", style={"height": f"{self.height}px"}),
                # The table waits as data until it is opened: a cell that is drawn costs time.
                dcc.Store(id={"type": TABLE, "id": self.id}),
                html.Details(
                    [
                        html.Summary("View as table", id={"type": TABLE_TOGGLE, "id": self.id}),
                        html.Div(id={"type": TABLE_PLACE, "id": self.id}),
                    ],
                    className="chart-table",
                ),
            ],
            className=f"block {self.class_name}".strip(),
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [
            (f"{self.id}-title", "children"),
            (f"{self.id}-summary", "children"),
            ({"type": CHART, "id": self.id}, "figure"),
            ({"type": TABLE, "id": self.id}, "data"),
        ]

    def values(self, contents: ChartContents) -> list[Any]:
        """Return the values of these properties."""
        return [
            contents.title,
            contents.summary,
            contents.figure,
            contents.table.component(),
        ]


@dataclass(frozen=True)
class Panel:
    """A titled part of a page that is filled with plain HTML."""

    id: str
    title: str
    class_name: str = ""
    least_height: int = 0

    def layout(self) -> Component:
        """Return its place on the page."""
        return html.Section(
            [
                html.H2(self.title, className="block-title", id=f"{self.id}-title"),
                html.Div(
                    id=f"{self.id}-body",
                    style={"minHeight": f"{self.least_height}px"} if self.least_height else {},
                ),
            ],
            className=f"block {self.class_name}".strip(),
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [(f"{self.id}-body", "children")]

    def values(self, contents: Any) -> list[Any]:
        """Return the values of these properties."""
        return [contents]


@dataclass(frozen=True)
class Tabs:
    """Choices of which one is on; each is a link, so that it stands in the URL."""

    id: str
    name: str

    def layout(self) -> Component:
        """Return its place on the page."""
        return html.Nav(id=f"{self.id}-tabs", className="tabs", **{"aria-label": self.name})

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [(f"{self.id}-tabs", "children")]

    def values(self, contents: Sequence[tuple[str, str, bool]]) -> list[Any]:
        """Return the values of these properties.

        Args:
            contents: Text, address and whether it is on, of each choice.
        """
        return [
            [
                dcc.Link(text, href=href, className="tab is-on" if is_on else "tab")
                for text, href, is_on in contents
            ]
        ]


@dataclass(frozen=True)
class Grid:
    """All rows behind the numbers, read from the snapshot a block at a time.

    Attributes:
        id: Name of the block.
        title: Heading.
        listing: Name of the list of rows that it shows, and of the file that holds them all.
        columns: Column definitions of AG Grid.
    """

    id: str
    title: str
    listing: str
    columns: Sequence[dict[str, Any]] = field(default_factory=list)

    def layout(self) -> Component:
        """Return its place on the page."""
        grid = dag.AgGrid(
            id={"type": GRID, "id": self.id, "listing": self.listing},
            columnDefs=list(self.columns),
            rowModelType="infinite",
            defaultColDef={"sortable": True, "resizable": True, "minWidth": 90, "flex": 1},
            dashGridOptions={
                "cacheBlockSize": 50,
                "maxBlocksInCache": 10,
                "infiniteInitialRowCount": 1,
                "theme": {"function": "themeQuartz"},
                "rowHeight": 36,
                "headerHeight": 38,
                "enableCellTextSelection": True,
                "suppressColumnVirtualisation": True,
            },
            style={"height": "420px", "width": "100%"},
        )
        export = html.A("Download all rows as CSV", id=f"{self.id}-export", href="#", download=True)
        return html.Section(
            [
                html.Div(
                    [
                        html.H2(self.title, className="block-title", id=f"{self.id}-title"),
                        html.Div(export, className="block-actions"),
                    ],
                    className="block-head",
                ),
                html.P(" ", id=f"{self.id}-summary", className="block-summary"),
                grid,
            ],
            className="block block-wide",
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [(f"{self.id}-summary", "children"), (f"{self.id}-export", "href")]

    def values(self, contents: GridContents) -> list[Any]:
        """Return the values of these properties."""
        return [contents.summary, f"/export/{self.listing}.csv{contents.search}"]


@dataclass(frozen=True)
class GridContents:
    """What stands beside a grid: how many rows, worth what, and the query that names them."""

    summary: str
    search: str = ""


_BLANK = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "xaxis": {"visible": False},
    "yaxis": {"visible": False},
}


def spark_line(values: Sequence[float], color: str) -> str:
    """Return a small line of values as an image's address, from zero to their highest."""
    if len(values) < 2 or not max(values, default=0):
        return _NO_LINE
    top, last = max(values), len(values) - 1
    points = " ".join(
        f"{place / last * 100:.1f},{26 - 24 * value / top:.1f}"
        for place, value in enumerate(values)
    )
    return _svg(
        f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.5" '
        'vector-effect="non-scaling-stroke" stroke-linejoin="round"/>'
    )


def _svg(inner: str) -> str:
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 28" '
        f'preserveAspectRatio="none">{inner}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


_NO_LINE = _svg("")
