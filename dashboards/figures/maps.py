"""Countries on a map: shaded by amount, a dot where a country is too small to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures.axes import layout_of
from dashboards.figures.series import Figure
from dashboards.formats import Formats
from dashboards.shapes.countries import AREAS, Ring, outlines, point
from dashboards.theme import Palette

_SMALL = 0.012  # Part of the area's width, below which a country gets a dot.


@dataclass(frozen=True)
class Shaded:
    """One country.

    Attributes:
        code: Its two letters.
        name: What the data calls it.
        color: Its shade.
        text: What to show on hovering over it.
        link: Where a click on it leads, as path and query.
        is_chosen: Whether it stands out.
    """

    code: str
    name: str
    color: str
    text: str
    link: str
    is_chosen: bool = False


def countries(
    shaded: Sequence[Shaded],
    shades: Sequence[tuple[str, str]],
    area: str,
    palette: Palette,
    formats: Formats,
) -> Figure:
    """Return a map of an area.

    Args:
        shaded: The countries to shade; all others are land.
        shades: Name and colour of each shade, for the legend.
        area: One of ``AREAS``.
        palette: Colours.
        formats: How numbers are written.
    """
    shapes, part = outlines(area), AREAS[area]
    everywhere = [ring for shape in shapes.values() for ring in shape]
    land = _shape(everywhere, palette.grid, palette.paper, 0.6) | {"hoverinfo": "skip"}
    traces = [land | {"name": "land", "showlegend": False}]
    dots: list[Shaded] = []
    for one in sorted(shaded, key=lambda one: one.is_chosen):
        rings = shapes.get(one.code, [])
        edge, width = (palette.text, 2.0) if one.is_chosen else (palette.paper, 0.6)
        if rings:
            drawn = _shape(rings, one.color, edge, width)
            traces.append(
                drawn
                | {"name": one.name, "text": one.text, "hoverinfo": "text", "hoveron": "fills"}
                | {"meta": {"href": one.link}, "showlegend": False}
            )
        if part.holds(point(one.code)) and _width(rings) < _SMALL * (part.x[1] - part.x[0]):
            dots.append(one)
    traces.append(_dots(dots, palette))
    traces += [_key(name, color) for name, color in shades]
    layout = layout_of(palette, formats, legend=True)
    layout["legend"] |= {"y": 0, "yanchor": "top", "traceorder": "normal"}
    layout["margin"] = {"l": 0, "r": 0, "t": 4, "b": 4}
    # The plot shrinks to the form of the area: no shape ends where it is not cut.
    bare = {"visible": False, "fixedrange": True, "constrain": "domain"}
    layout["xaxis"] = bare | {"range": list(part.x)}
    layout["yaxis"] = bare | {"range": list(part.y), "scaleanchor": "x", "scaleratio": 1}
    return {"data": traces, "layout": layout}


def _shape(rings: Sequence[Ring], color: str, edge: str, width: float) -> dict[str, Any]:
    """Return rings as one filled trace."""
    x: list[int | None] = []
    y: list[int | None] = []
    for ring in rings:
        x += [*ring[0], ring[0][0], None]
        y += [*ring[1], ring[1][0], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": color,
        "line": {"color": edge, "width": width},
    }


def _width(rings: Sequence[Ring]) -> float:
    """Return the width of the largest part of a country."""
    return max((max(ring[0]) - min(ring[0]) for ring in rings), default=0)


def _dots(dots: Sequence[Shaded], palette: Palette) -> dict[str, Any]:
    """Return the countries that are too small for their shape."""
    places = [point(one.code) for one in dots]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "small countries",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "marker": {
            "color": [one.color for one in dots],
            "size": [13 if one.is_chosen else 10 for one in dots],
            "line": {
                "color": [palette.text if one.is_chosen else palette.paper for one in dots],
                "width": 1.5,
            },
        },
        "hovertext": [one.text for one in dots],
        "hoverinfo": "text",
        "customdata": [one.link for one in dots],
        "showlegend": False,
    }


def _key(name: str, color: str) -> dict[str, Any]:
    """Return an entry of the legend."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [None],
        "y": [None],
        "marker": {"color": color, "size": 12, "symbol": "square"},
        "hoverinfo": "skip",
    }
