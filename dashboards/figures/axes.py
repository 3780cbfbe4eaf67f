"""What all figures share: font, tools, axes, and how an empty one looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, floor, log10
from typing import Any, Literal

from dashboards.figures.series import Figure
from dashboards.formats import Formats
from dashboards.theme import Palette

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
Unit = Literal["money", "count", "share"]
_TICKS = 5
# One for every graph: no button that would send data away, no tool bar, no logo.
CONFIG = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "showEditInChartStudio": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}


def empty(text: str, palette: Palette, formats: Formats) -> Figure:
    """Return a figure that says why there is nothing to draw."""
    layout = layout_of(palette, formats, legend=False)
    layout["xaxis"] = {"visible": False}
    layout["yaxis"] = {"visible": False}
    layout["annotations"] = [
        {
            "text": text,
            "showarrow": False,
            "xref": "paper",
            "yref": "paper",
            "x": 0.5,
            "y": 0.5,
            "font": {"color": palette.muted, "size": 14},
        }
    ]
    return {"data": [], "layout": layout}


def layout_of(palette: Palette, formats: Formats, *, legend: bool) -> dict[str, Any]:
    """Return the layout that all figures share: quiet axes, the scheme's colours, no tools."""
    axis = {
        "automargin": True,
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zeroline": False,
        "tickfont": {"color": palette.muted, "size": 12},
        "title": {"font": {"color": palette.muted, "size": 12}},
        "fixedrange": True,
        # No prefixes in place of zeros, on any axis.
        "exponentformat": "none",
        "separatethousands": True,
    }
    return {
        "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": palette.text, "size": 12},
        "margin": {"l": 8, "r": 12, "t": 34 if legend else 10, "b": 8},
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"color": palette.text, "size": 12},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "hoverlabel": {
            "bgcolor": palette.paper,
            "bordercolor": palette.grid,
            "font": {"color": palette.text, "family": FONT},
        },
        "dragmode": False,
        "hovermode": "closest",
        "separators": formats.separators(),
        "xaxis": dict(axis),
        "yaxis": axis | {"rangemode": "tozero"},
    }


def amount_axis(formats: Formats, values: Iterable[float | None], unit: Unit) -> dict[str, Any]:
    """Return what an axis says of amounts, counts or shares: round values, written in full.

    Plotly's own short forms are never used: theirs of a tenth is ``100m``, which reads as millions.
    """
    known = [float(one) for one in values if one is not None]
    ticks = round_ticks(min([0.0, *known]), max([0.0, *known]))
    step = ticks[1] - ticks[0]
    write: Callable[[float], str] = {
        "money": lambda one: formats.axis_money(one, step),
        "count": formats.number,
        "share": lambda one: formats.percent(one, 0 if step >= 0.01 else 1),
    }[unit]
    hover = {"money": ",.2f", "count": ",", "share": ".1%"}[unit]
    return {"tickvals": ticks, "ticktext": [write(one) for one in ticks], "hoverformat": hover}


def log_axis(formats: Formats, values: Iterable[float], *, is_money: bool) -> dict[str, Any]:
    """Return what a logarithmic axis says: a tick at each power of ten, written in full."""
    known = [one for one in map(float, values) if one > 0] or [1.0]
    first, last = floor(log10(min(known))), ceil(log10(max(known)))
    ticks = [10.0**power for power in range(first, max(last, first + 1) + 1)]
    return {
        "type": "log",
        "tickvals": ticks,
        "ticktext": [
            formats.axis_money(one, one) if is_money else formats.number(one) for one in ticks
        ],
    }


def round_ticks(low: float, high: float) -> list[float]:
    """Return about five round values from ``low`` to ``high``, zero among them."""
    if high <= low:
        high = low + 1
    rough = (high - low) / _TICKS
    power = 10.0 ** floor(log10(rough))
    step = power * next(one for one in (1, 2, 2.5, 5, 10) if one * power >= rough * 0.999)
    return [round(place * step, 10) for place in range(floor(low / step), ceil(high / step) + 1)]
