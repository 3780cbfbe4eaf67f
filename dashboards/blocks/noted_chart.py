"""A chart with a list of notes on its days below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.blocks.chart import Chart, ChartContents


@dataclass(frozen=True)
class NotedChart(Chart):
    """A chart over time; what its contents note of single days is listed below it."""

    def layout(self) -> Component:
        """Return its place on the page."""
        section = super().layout()
        section.children.insert(3, html.Div(id=f"{self.id}-notes"))
        return section

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [*super().properties(), (f"{self.id}-notes", "children")]

    def values(self, contents: ChartContents) -> list[Any]:
        """Return the values of these properties."""
        return [*super().values(contents), contents.notes]
