"""Values over time: lines and stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.figures.axes import Unit, amount_axis, layout_of
from dashboards.figures.naming import Name, name_ends
from dashboards.figures.series import Figure, Series
from dashboards.formats import Formats
from dashboards.theme import Palette

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
    layout = layout_of(palette, formats, legend=False)
    layout["hovermode"] = "x unified"
    layout["xaxis"] |= {"type": "date", "showgrid": False, "tickformatstops": _DAY_TICKS}
    layout["xaxis"]["hoverformat"] = "%a %-d %b %Y"
    values = [float(value) for one in series for value in one.y if value is not None]
    layout["yaxis"] |= amount_axis(formats, values, unit)
    drawn = [one for one in series if len(one.y)]
    if len(series) > 1 and drawn:
        last = max(one.x[-1] for one in drawn)
        ends = [
            Name(
                one.name,
                float(one.y[-1] or 0),
                one.color,
                x=None if one.x[-1] == last else one.x[-1],
            )
            for one in drawn
        ]
        name_ends(layout, ends, palette, values)
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
    layout = layout_of(palette, formats, legend=False)
    # Relative: what is below zero stands below the axis.
    layout |= {"barmode": "stack" if is_share else "relative", "bargap": 0.15}
    layout["xaxis"] |= {"type": "date", "showgrid": False, "tickformatstops": _DAY_TICKS}
    if is_share:
        layout["barnorm"] = "fraction"
        layout["yaxis"] |= {"tickformat": ".0%", "range": [0, 1]}
        _name_bars(layout, series, palette, [1.0], is_share=True)
        return {"data": traces, "layout": layout}
    columns = list(zip(*(one.y for one in series), strict=True))
    tops = [sum(value for value in column if value > 0) for column in columns]
    lows = [sum(value for value in column if value < 0) for column in columns]
    layout["yaxis"] |= amount_axis(formats, [*tops, *lows], unit)
    if any(lows):
        layout["yaxis"] |= {"zeroline": True, "zerolinecolor": palette.muted}
    _name_bars(layout, series, palette, [*tops, *lows], is_share=False)
    return {"data": traces, "layout": layout}


def _name_bars(
    layout: dict[str, Any],
    series: Sequence[Series],
    palette: Palette,
    values: Sequence[float],
    *,
    is_share: bool,
) -> None:
    """Write the name of each part beside the middle of it in the last bar."""
    if len(series) < 2 or not all(one.y for one in series):
        return
    ends = [float(one.y[-1]) for one in series]
    whole = (sum(ends) or 1.0) if is_share else 1.0
    names, up, down = [], 0.0, 0.0
    for one, end in zip(series, ends, strict=True):
        middle = (up if end >= 0 else down) + end / 2
        names.append(Name(one.name, middle / whole, one.color, is_bar=True))
        up, down = up + max(end, 0.0), down + min(end, 0.0)
    name_ends(layout, names, palette, values, top=1.0 if is_share else None)
