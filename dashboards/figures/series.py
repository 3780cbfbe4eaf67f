"""What every figure is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Figure = dict[str, Any]


@dataclass(frozen=True)
class Series:
    """One named run of values.

    Attributes:
        name: What the legend calls it.
        x: Days, names or numbers.
        y: Values; None leaves a gap.
        color: Colour of its marks.
        links: Where a click on each mark leads, as path and query; may be empty.
        texts: What to show on hovering over each mark; may be empty.
        labels: What stands beside each mark; may be empty.
    """

    name: str
    x: Sequence[Any]
    y: Sequence[Any]
    color: str
    links: Sequence[str] = ()
    texts: Sequence[str] = ()
    labels: Sequence[str] = ()

    def marks(self) -> dict[str, Any]:
        """Return what every kind of trace says of these values."""
        trace: dict[str, Any] = {"name": self.name, "x": list(self.x), "y": list(self.y)}
        if self.links:
            trace["customdata"] = list(self.links)
        if self.texts:
            trace["hovertext"] = list(self.texts)
            trace["hoverinfo"] = "text"
        return trace


def shortened(name: str, length: int = 24) -> str:
    """Return a name that fits beside a bar."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"
