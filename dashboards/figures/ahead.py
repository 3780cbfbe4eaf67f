"""What was, and what may come, with the interval around it."""

from __future__ import annotations

from dashboards.figures.axes import amount_axis
from dashboards.figures.naming import Name, name_ends
from dashboards.figures.series import Figure, Series
from dashboards.figures.time import lines
from dashboards.formats import Formats
from dashboards.theme import Palette


def ahead(
    past: Series,
    coming: Series,
    low: Series,
    high: Series,
    last_try: Series,
    palette: Palette,
    formats: Formats,
) -> Figure:
    """Return the past as a line, and the forecast as a dashed one in a band from low to high.

    Args:
        past: Amounts that are known.
        coming: The forecast; it begins where the past ends.
        low: Lower end of the interval.
        high: Upper end of it, whose name the band has.
        last_try: What was forecast for the newest known weeks, before them.
        palette: Colours.
        formats: How numbers are written.
    """
    figure = lines([past], palette, formats)
    [known] = figure["data"]
    known.pop("fill")
    known["mode"] = "lines"
    bare = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    edge = low.marks() | bare | {"showlegend": False}
    band = high.marks() | bare | {"fill": "tonexty", "fillcolor": palette.area}
    dashed = {"type": "scatter", "mode": "lines"}
    figure["data"] = [
        edge,
        band,
        last_try.marks() | dashed | {"line": {"color": last_try.color, "width": 2, "dash": "dot"}},
        known,
        coming.marks() | dashed | {"line": {"color": coming.color, "width": 2.5, "dash": "dash"}},
    ]
    layout = figure["layout"]
    values = [float(one) for each in (past, low, high, last_try) for one in each.y]
    layout["yaxis"] |= amount_axis(formats, values, "money")
    ends = [
        Name(coming.name, coming.y[-1], coming.color),
        Name(high.name, high.y[-1], palette.previous),
    ]
    name_ends(layout, ends, palette, values)
    return figure
