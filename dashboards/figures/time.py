"""Values over time: lines and stacked bars."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.figures.axes import Unit, amount_axis, layout_of
from dashboards.figures.series import Figure, Series
from dashboards.formats import Formats
from dashboards.theme import Palette

_FEWEST_BARS = 4  # Room for as many, so that two bars are no walls.
_DAY_TICKS = [
    {"dtickrange": [None, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", None], "value": "%b\n%Y"},
]


def lines(
    series: Sequence[Series], palette: Palette, formats: Formats, *, unit: Unit = "money"
) -> Figure:
    """Return lines over time, from zero; the first series is the loudest, and drawn last."""
    traces = []
    for place, one in reversed(list(enumerate(series))):
        width, dash = (2.5, "solid") if place == 0 else (1.5, "solid")
        trace = one.marks() | {
            "type": "scatter",
            "mode": "lines+markers" if len(one.x) <= 14 else "lines",
            "line": {"color": one.color, "width": width, "dash": dash},
            "marker": {"size": 5, "color": one.color},
        }
        if place == 0 and len(series) <= 2:
            trace |= {"fill": "tozeroy", "fillcolor": palette.accent_soft}
        traces.append(trace)
    layout = layout_of(palette, formats, legend=len(series) > 1)
    layout["hovermode"] = "x unified"
    layout["xaxis"] |= {"type": "date", "showgrid": False, "tickformatstops": _DAY_TICKS}
    layout["xaxis"]["hoverformat"] = "%a %-d %b %Y"
    values = [value for one in series for value in one.y]
    layout["yaxis"] |= amount_axis(formats, values, unit)
    return {"data": traces, "layout": layout}


def stacked(
    series: Sequence[Series],
    palette: Palette,
    formats: Formats,
    *,
    is_share: bool = False,
    unit: Unit = "count",
) -> Figure:
    """Return stacked bars over time; shares of each bar where asked."""
    traces = [
        one.marks() | {"type": "bar", "marker": {"color": one.color, "line": {"width": 0}}}
        for one in series
    ]
    layout = layout_of(palette, formats, legend=len(series) > 1)
    # Relative: what is below zero stands below the axis.
    layout |= {"barmode": "stack" if is_share else "relative", "bargap": 0.15}
    layout["legend"] |= {"traceorder": "normal"}
    layout["xaxis"] |= {"type": "date", "showgrid": False, "tickformatstops": _DAY_TICKS}
    if is_share:
        layout["barnorm"] = "fraction"
        layout["yaxis"] |= {"tickformat": ".0%", "range": [0, 1]}
        return {"data": traces, "layout": layout}
    columns = list(zip(*(one.y for one in series), strict=True))
    tops = [sum(value for value in column if value > 0) for column in columns]
    lows = [sum(value for value in column if value < 0) for column in columns]
    layout["yaxis"] |= amount_axis(formats, [*tops, *lows], unit)
    if any(lows):
        layout["yaxis"] |= {"zeroline": True, "zerolinecolor": palette.muted}
    return {"data": traces, "layout": layout}
