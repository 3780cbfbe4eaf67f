"""Figures against targets: bars as plain HTML with a mark at the target; nothing without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.blocks.chart import TABLE, ChartContents, heading_above, table_below


@dataclass(frozen=True)
class Reached:
    """One figure against its target.

    Attributes:
        name: What it is of.
        href: Where its name leads.
        value: The figure.
        target: The target.
        label: Both in words.
        tone: ``good``, ``bad``, or ``neutral`` where nothing is judged.
    """

    name: str
    href: str
    value: float
    target: float
    label: str
    tone: str


@dataclass(frozen=True)
class TargetContents(ChartContents):
    """What a block of targets shows; without any bars the whole block is hidden."""

    bars: Sequence[Reached] = ()


@dataclass(frozen=True)
class Targets:
    """Bars from zero, each with a mark at its target.

    Attributes:
        id: Name of the block.
        title: Heading.
    """

    id: str
    title: str

    def layout(self) -> Component:
        """Return its place on the page, hidden until there is a target."""
        return html.Section(
            [
                *heading_above(self.id, self.title),
                html.Div(id=f"{self.id}-bars", className="bars"),
                *table_below(self.id),
            ],
            id=f"{self.id}-section",
            className="block",
            hidden=True,
            **{"aria-labelledby": f"{self.id}-title"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [
            (f"{self.id}-section", "hidden"),
            (f"{self.id}-title", "children"),
            (f"{self.id}-summary", "children"),
            (f"{self.id}-bars", "children"),
            ({"type": TABLE, "id": self.id}, "data"),
        ]

    def values(self, contents: TargetContents) -> list[Any]:
        """Return the values of these properties."""
        return [
            not contents.bars,
            contents.title,
            contents.summary,
            _bars(contents.bars),
            contents.table.component(),
        ]


def _bars(bars: Sequence[Reached]) -> Component:
    longest = max((max(one.value, one.target) for one in bars), default=1.0)
    room = max((len(one.label) for one in bars), default=0)
    return html.Ol(
        [
            html.Li(
                [
                    dcc.Link(one.name, href=one.href, className="bar-name"),
                    html.Span(
                        [
                            html.Span(
                                [
                                    html.Span(className="bar-fill"),
                                    html.Span(
                                        className="target-mark",
                                        style={"--at": f"{one.target / longest:.4f}"},
                                    ),
                                ],
                                className="target-track",
                            ),
                            html.Span(one.label, className="bar-label"),
                        ],
                        className=f"target-line is-{one.tone}",
                        style={"--part": f"{max(one.value, 0.0) / longest:.4f}"},
                    ),
                ],
                className="bar",
            )
            for one in bars
        ],
        className="bar-list",
        style={"--room": f"{room}ch"},
    )
