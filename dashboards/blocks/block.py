"""What every block of a page is.

A block is laid out once. What it shows comes later, property by property: Dash mounts again
whatever is returned as a part of the layout, and that would flicker and lose the focus.
"""

from __future__ import annotations

from typing import Any, Protocol

from dash.development.base_component import Component

Property = tuple[Any, str]


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
