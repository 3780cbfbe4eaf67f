"""Heat maps: a table whose cells are shaded, so that every reader gets its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.blocks.chart import files_below, heading_above

_STRONGEST = 46  # Percent of the accent in a cell of 100 %: words on it stay readable.
_DECIMALS = 4


@dataclass(frozen=True)
class Heat:
    """One cell.

    Attributes:
        share: Its value, from 0 to 1.
        text: The same in words.
        meaning: What it is a share of, for the tooltip.
    """

    share: float
    text: str
    meaning: str


@dataclass(frozen=True)
class HeatContents:
    """What a heat map shows.

    Attributes:
        summary: The finding in a sentence.
        columns: Headings: of what names a row, of how many it holds, and of the cells.
        rows: Name, number and number in words of each row, then its cells; None for a blank one.
    """

    summary: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, int, str, Sequence[Heat | None]]]

    def file_rows(self) -> Iterator[list[Any]]:
        """Yield the header, then the values of each row."""
        yield list(self.columns)
        for name, many, _, cells in self.rows:
            yield [name, many, *(round(one.share, _DECIMALS) if one else "" for one in cells)]


@dataclass(frozen=True)
class HeatMap:
    """A table of shaded cells with heading and summary.

    Attributes:
        id: Name of the block.
        title: Heading.
        least_height: Pixels that there is room for from the start.
    """

    id: str
    title: str
    least_height: int = 0

    def layout(self) -> Component:
        """Return its place on the page."""
        return html.Section(
            [
                *heading_above(self.id, self.title),
                html.Div(id=f"{self.id}-body", style={"minHeight": f"{self.least_height}px"}),
                html.Div(files_below(self.id), className="files-alone"),
            ],
            className="block",
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [(f"{self.id}-summary", "children"), (f"{self.id}-body", "children")]

    def values(self, contents: HeatContents) -> list[Any]:
        """Return the values of these properties."""
        return [contents.summary, self._table(contents) if contents.rows else None]

    def _table(self, contents: HeatContents) -> Component:
        head = html.Tr([html.Th(text, scope="col") for text in contents.columns])
        rows = [
            html.Tr([html.Th(name, scope="row"), html.Td(many), *(_cell(one) for one in cells)])
            for name, _, many, cells in contents.rows
        ]
        return html.Div(
            html.Table([html.Thead(head), html.Tbody(rows)], className="table heat"),
            className="table-scroll table-tall",
            tabIndex=0,
            role="region",
            **{"aria-label": f"Table: {self.title}"},
        )


def _cell(one: Heat | None) -> Component:
    if one is None:
        return html.Td("")
    return html.Td(
        one.text,
        style={"--heat": f"{one.share * _STRONGEST:.1f}%"},
        className="heat-cell",
        title=one.meaning,
    )
