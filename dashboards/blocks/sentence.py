"""One sentence above the figures, with links in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.blocks.block import Property
from dashboards.blocks.table import Link


@dataclass(frozen=True)
class Sentence:
    """A finding in one sentence."""

    id: str

    def layout(self) -> Component:
        """Return its place on the page."""
        return html.P(" ", id=f"{self.id}-text", className="sentence")

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [(f"{self.id}-text", "children")]

    def values(self, contents: Sequence[str | Link]) -> list[Any]:
        """Return the values of these properties."""
        return [
            [
                dcc.Link(one.text, href=one.href) if isinstance(one, Link) else one
                for one in contents
            ]
        ]
