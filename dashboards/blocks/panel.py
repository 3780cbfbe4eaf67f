"""Parts of a page that are filled with plain HTML, and choices between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.blocks.block import Property


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
