"""Small tables: below a chart, or in a panel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

_MOST_ROWS = 200  # In a table below a chart: it is sent with the page.
_NUMBER = re.compile(r"|–|[-−+]?[^\w\s]?[-−]?\d[\d.,\u00a0\u202f ]*[^\w\s]?( ?%)?")


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    href: str


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
        more = f"and {hidden:,} more rows; choose a shorter period or a longer step"
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
