"""What all figures share: font, tools, axes, and how an empty one looks."""

from __future__ import annotations

from typing import Any

from dashboards.figures.series import Figure
from dashboards.formats import Formats
from dashboards.theme import Palette

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
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


def money_axis(formats: Formats, *, is_money: bool) -> dict[str, Any]:
    """Return what an axis says of amounts, or of plain counts."""
    if not is_money:
        return {"tickformat": ",", "nticks": 6}
    return {
        "tickprefix": formats.currency_sign(),
        "tickformat": "~s",
        "hoverformat": ",.2f",
        "nticks": 6,
    }
