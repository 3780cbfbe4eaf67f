"""Small multiples: one small chart for each value, all on one axis, so that they compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.blocks.card import svg_image
from dashboards.blocks.chart import TABLE, heading_above, table_below
from dashboards.blocks.table import Table
from dashboards.data.grids import harmless
from dashboards.formats import Change

_HIGH = 60  # Units of a plot from bottom to top.


@dataclass(frozen=True)
class Multiple:
    """One small chart.

    Attributes:
        name: What it is of.
        href: Where its name leads; blank for nowhere.
        value: Its amount in words.
        change: Change against the comparison; None without one.
        now: Amounts, bucket by bucket.
        before: Those of the compared period; may be empty.
    """

    name: str
    href: str
    value: str
    change: Change | None
    now: Sequence[float]
    before: Sequence[float]


@dataclass(frozen=True)
class MultiplesContents:
    """What small multiples show.

    Attributes:
        title: What they compare.
        summary: The finding in a sentence.
        charts: One for each value; none for a summary alone.
        ticks: Values and words of the axis that all share, the lowest first.
        ends: The first and the last bucket in words.
        colors: Colours of this period, of the compared one and of the axis.
        table: The same numbers as a table.
        starts: First day of each bucket.
    """

    title: str
    summary: str
    charts: Sequence[Multiple]
    ticks: Sequence[tuple[float, str]]
    ends: tuple[str, str]
    colors: tuple[str, str, str]
    table: Table
    starts: Sequence[date] = ()

    def file_rows(self) -> Iterator[list[Any]]:
        """Yield the header, then the amounts of each bucket, side by side as in the table."""
        yield [harmless(name) for name in self.table.columns]
        lines = [line for one in self.charts for line in (one.now, one.before) if line]
        for place, start in enumerate(self.starts):
            yield [start.isoformat(), *(line[place] if place < len(line) else "" for line in lines)]


@dataclass(frozen=True)
class Multiples:
    """A card of small charts as plain HTML: as many beside each other as there is room for."""

    id: str
    title: str

    def layout(self) -> Component:
        """Return its place on the page."""
        return html.Section(
            [
                *heading_above(self.id, self.title),
                html.Ul(id=f"{self.id}-charts", className="multiples"),
                *table_below(self.id),
            ],
            className="block",
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [
            (f"{self.id}-title", "children"),
            (f"{self.id}-summary", "children"),
            (f"{self.id}-charts", "children"),
            ({"type": TABLE, "id": self.id}, "data"),
        ]

    def values(self, contents: MultiplesContents) -> list[Any]:
        """Return the values of these properties."""
        return [
            contents.title,
            contents.summary,
            [_chart(one, contents) for one in contents.charts],
            contents.table.component(),
        ]


def _chart(one: Multiple, contents: MultiplesContents) -> Component:
    low, high = contents.ticks[0][0], contents.ticks[-1][0]
    change = one.change
    return html.Li(
        [
            html.Div(
                [
                    dcc.Link(one.name, href=one.href) if one.href else html.Span(one.name),
                    html.Span(one.value, className="multiple-value"),
                ],
                className="multiple-head",
            ),
            html.Div(
                change.text if change else "",
                className=f"multiple-change change is-{change.tone}" if change else "",
            ),
            html.Div(
                [
                    html.Img(src=_plot(one, contents), alt=f"{one.name} over time, {one.value}"),
                    *(
                        html.Span(
                            text,
                            className="multiple-tick",
                            style={"top": f"{100 * (high - value) / (high - low):.1f}%"},
                        )
                        for value, text in contents.ticks
                        if value in (low, 0, high)
                    ),
                ],
                className="multiple-plot",
            ),
            html.Div([html.Span(one) for one in contents.ends], className="multiple-ends"),
        ],
        className="multiple",
    )


def _plot(one: Multiple, contents: MultiplesContents) -> str:
    """Return the lines of a chart as an image's address."""
    accent, previous, grid = contents.colors
    low, high = contents.ticks[0][0], contents.ticks[-1][0]

    def at(value: float) -> float:
        return _HIGH * (high - value) / (high - low)

    last = max(1, len(one.now) - 1, len(one.before) - 1)

    def line(values: Sequence[float], color: str, width: float) -> str:
        points = " ".join(
            f"{100 * place / last:.1f},{at(value):.1f}" for place, value in enumerate(values)
        )
        return (
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="{width}" '
            'vector-effect="non-scaling-stroke" stroke-linejoin="round"/>'
        )

    rules = "".join(
        f'<line x1="0" x2="100" y1="{at(value):.1f}" y2="{at(value):.1f}" stroke="{grid}" '
        'vector-effect="non-scaling-stroke"/>'
        for value, _ in contents.ticks
    )
    lines = (line(one.before, previous, 1.2) if one.before else "") + line(one.now, accent, 2)
    return svg_image(rules + lines, _HIGH)
