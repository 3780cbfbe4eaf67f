"""Values by name, largest first."""

from __future__ import annotations

from dashboards.figures.axes import layout_of
from dashboards.figures.series import Figure, Series
from dashboards.formats import Formats
from dashboards.theme import Palette

_FEWEST_BARS = 4  # Room for as many, so that two bars are no walls.


def ranked(series: Series, palette: Palette, formats: Formats, *, faded: frozenset[int]) -> Figure:
    """Return horizontal bars from zero, the first on top, each with its value beside it.

    Args:
        series: ``x`` holds values, ``y`` names.
        palette: Colours.
        formats: How numbers are written.
        faded: Places of bars that stand back, such as those of a rest.
    """
    colors = [palette.other if n in faded else series.color for n in range(len(series.x))]
    trace = series.marks() | {
        "type": "bar",
        "orientation": "h",
        "marker": {"color": colors},
        "text": list(series.labels),
        "textposition": "outside",
        "textfont": {"color": palette.text, "size": 12},
        "cliponaxis": False,
    }
    # Two things may have the same name: places are told apart by number, named by tick.
    trace["y"] = list(range(len(series.y)))
    layout = layout_of(palette, formats, legend=False)
    longest = max((float(value) for value in series.x), default=0)
    lowest = min((float(value) for value in series.x), default=0)
    room = 0.22 * max(longest, -lowest)  # For the value beside the longest bar of each side.
    layout["xaxis"] |= {
        "visible": False,
        "range": [lowest - room if lowest < 0 else 0, max(longest, 0) + room or 1],
    }
    layout["yaxis"] |= {
        "range": [max(len(series.y), _FEWEST_BARS) - 0.5, -0.5],
        "tickvals": trace["y"],
        "ticktext": [str(name) for name in series.y],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": palette.text, "size": 12},
    }
    layout["bargap"] = 0.3
    layout["margin"] |= {"t": 4, "b": 4, "r": 12}
    return {"data": [trace], "layout": layout}
