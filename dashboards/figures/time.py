"""Values over time: lines and stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.figures.axes import Unit, amount_axis, layout_of
from dashboards.figures.series import Figure, Series
from dashboards.formats import Formats
from dashboards.theme import Palette

_MOST_DIRECT = 3  # Lines whose names stand at their ends; more have a legend.
_LINE_OF_TEXT = 0.075  # Height of a line of text, as a part of the plot.
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
            trace |= {"fill": "tozeroy", "fillcolor": palette.area}
        traces.append(trace)
    layout = layout_of(palette, formats, legend=len(series) > _MOST_DIRECT)
    layout["hovermode"] = "x unified"
    layout["xaxis"] |= {"type": "date", "showgrid": False, "tickformatstops": _DAY_TICKS}
    layout["xaxis"]["hoverformat"] = "%a %-d %b %Y"
    values = [value for one in series for value in one.y]
    layout["yaxis"] |= amount_axis(formats, values, unit)
    if 1 < len(series) <= _MOST_DIRECT:
        _name_ends(layout, series, palette, values)
    return {"data": traces, "layout": layout}


def _name_ends(
    layout: dict[str, Any], series: Sequence[Series], palette: Palette, values: Sequence[Any]
) -> None:
    """Write the name of each line at its end, apart from each other: nobody looks up a legend."""
    known = [float(one) for one in values if one is not None] or [0.0]
    apart = _LINE_OF_TEXT * ((max(0.0, *known) - min(0.0, *known)) or 1.0)
    ends = sorted(
        ((float(one.y[-1] or 0), one) for one in series if len(one.y)), key=lambda end: end[0]
    )
    last = max(one.x[-1] for _, one in ends)
    placed: list[float] = []
    for end, one in ends:
        at = max(end, placed[-1] + apart) if placed else end
        placed.append(at)
        # A grey that is enough for a line is too pale for words.
        color = palette.muted if one.color == palette.previous else one.color
        layout.setdefault("annotations", []).append(
            {
                # A day there would make room for itself on the axis.
                **({"xref": "paper", "x": 1} if one.x[-1] == last else {"x": one.x[-1]}),
                "y": at,
                "text": one.name.partition(" (")[0],
                "showarrow": False,
                "xanchor": "left",
                "xshift": 6,
                "font": {"color": color, "size": 12},
            }
        )
    longest = max(len(one["text"]) for one in layout["annotations"])
    layout["margin"] |= {"r": 14 + 7 * longest}


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
