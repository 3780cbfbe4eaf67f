"""Lists of all rows behind the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.data.metric_words import MetricWords

GRID = "grid"


@dataclass(frozen=True)
class GridContents:
    """What stands beside a grid: how many rows, worth what, and the query that names them."""

    summary: str
    search: str = ""


@dataclass(frozen=True)
class Grid:
    """All rows behind the numbers, read from the snapshot a block at a time.

    Attributes:
        id: Name of the block.
        title: Heading.
        listing: Name of the list of rows that it shows, and of the file that holds them all.
        columns: Column definitions of AG Grid; ``metric`` names the metric that one shows.
        rows: What its rows are, for the link to the file: no two of a page have the same.
    """

    id: str
    title: str
    listing: str
    columns: Sequence[dict[str, Any]] = field(default_factory=list)
    rows: str = "rows"

    def headed(self, words: MetricWords) -> Grid:
        """Return it with the labels of metrics above the columns that show one."""
        columns = []
        for column in self.columns:
            rest = {key: value for key, value in column.items() if key != "metric"}
            label = words[column["metric"]].label if "metric" in column else column["headerName"]
            columns.append(rest | {"headerName": label})
        return replace(self, columns=columns)

    def layout(self) -> Component:
        """Return its place on the page."""
        grid = dag.AgGrid(
            id={"type": GRID, "id": self.id, "listing": self.listing},
            columnDefs=list(self.columns),
            rowModelType="infinite",
            defaultColDef={"sortable": True, "resizable": True, "minWidth": 84, "flex": 1}
            | {"wrapHeaderText": True, "autoHeaderHeight": True},
            dashGridOptions={
                "cacheBlockSize": 50,
                "maxBlocksInCache": 10,
                "infiniteInitialRowCount": 1,
                "theme": {"function": "themeQuartz"},
                "rowHeight": 56,  # Two lines and a note: names are long.
                "headerHeight": 38,
                "enableCellTextSelection": True,
                "suppressColumnVirtualisation": True,
                # Below the fold a browser would go on with the grid's first, hidden state: empty
                # for screen readers and on paper.
                "suppressContentVisibilityAuto": True,
                "tooltipShowDelay": 400,
            },
            style={"height": "420px", "width": "100%"},
        )
        export = html.A(
            f"Download {self.rows} (CSV)", id=f"{self.id}-export", href="#", download=True
        )
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
