"""Figures as plain dicts: a fraction of the time and size of Plotly's own objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dashboards.formats import Formats
from dashboards.theme import Palette

Figure = dict[str, Any]
_FEWEST_BARS = 4  # Room for as many, so that two bars are no walls.
_DAY_TICKS = [
    {"dtickrange": [None, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", None], "value": "%b\n%Y"},
]
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


def lines(
    series: Sequence[Series], palette: Palette, formats: Formats, *, is_money: bool = True
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
    layout = _layout(palette, formats, legend=len(series) > 1)
    layout["hovermode"] = "x unified"
    layout["xaxis"] |= {"type": "date", "showgrid": False, "tickformatstops": _DAY_TICKS}
    layout["xaxis"]["hoverformat"] = "%a %-d %b %Y"
    layout["yaxis"] |= _money_axis(formats, is_money=is_money)
    return {"data": traces, "layout": layout}


def stacked(
    series: Sequence[Series], palette: Palette, formats: Formats, *, is_share: bool = False
) -> Figure:
    """Return stacked bars over time; shares of each bar where asked."""
    traces = [
        one.marks() | {"type": "bar", "marker": {"color": one.color, "line": {"width": 0}}}
        for one in series
    ]
    layout = _layout(palette, formats, legend=len(series) > 1)
    layout |= {"barmode": "stack", "bargap": 0.15}
    layout["legend"] |= {"traceorder": "normal"}
    layout["xaxis"] |= {"type": "date", "showgrid": False, "tickformatstops": _DAY_TICKS}
    if is_share:
        layout["barnorm"] = "fraction"
        layout["yaxis"] |= {"tickformat": ".0%", "range": [0, 1]}
    return {"data": traces, "layout": layout}


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
    layout = _layout(palette, formats, legend=False)
    longest = max((float(value) for value in series.x), default=0)
    layout["xaxis"] |= {"visible": False, "range": [0, longest * 1.22 or 1]}
    layout["yaxis"] |= {
        "range": [max(len(series.y), _FEWEST_BARS) - 0.5, -0.5],
        "tickvals": trace["y"],
        "ticktext": [shortened(str(name)) for name in series.y],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"color": palette.text, "size": 12},
    }
    layout["bargap"] = 0.3
    layout["margin"] |= {"t": 4, "b": 4, "r": 12}
    return {"data": [trace], "layout": layout}


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    threshold: float,
    palette: Palette,
    formats: Formats,
    *,
    links: Sequence[str] = (),
) -> Figure:
    """Return counts between edges, those beyond the threshold in the colour of the unusual."""
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    colors = [palette.bad if middle >= threshold else palette.accent for middle in middles]
    trace: dict[str, Any] = {
        "type": "bar",
        "x": middles,
        "y": list(counts),
        "width": [high - low for low, high in pairwise(edges)],
        "marker": {"color": colors, "line": {"width": 1, "color": palette.paper}},
        "hovertemplate": "score %{x:.2f}<br>%{y:,} sales<extra></extra>",
    }
    if links:
        trace["customdata"] = list(links)
    layout = _layout(palette, formats, legend=False)
    layout["yaxis"] |= {"type": "log", "dtick": 1, "tickformat": ",", "rangemode": "normal"}
    layout["shapes"] = [
        {
            "type": "line",
            "x0": threshold,
            "x1": threshold,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": palette.bad, "width": 2, "dash": "dash"},
        }
    ]
    layout["annotations"] = [
        {
            "x": threshold,
            "y": 1,
            "yref": "paper",
            "text": f"threshold {threshold:.2f}",
            "showarrow": False,
            "xanchor": "left",
            "xshift": 6,
            "font": {"color": palette.bad, "size": 12},
        }
    ]
    return {"data": [trace], "layout": layout}


def points(
    usual: Series, unusual: Series, palette: Palette, formats: Formats, *, x_names: dict[Any, str]
) -> Figure:
    """Return single sales: usual ones as faint dots, unusual ones as outlined diamonds."""
    traces = [
        usual.marks()
        | {
            "type": "scatter",
            "mode": "markers",
            "marker": {"color": usual.color, "size": 5, "opacity": 0.35},
        },
        unusual.marks()
        | {
            "type": "scatter",
            "mode": "markers",
            "marker": {
                "color": "rgba(0,0,0,0)",
                "size": 11,
                "symbol": "diamond",
                "line": {"color": unusual.color, "width": 2},
            },
        },
    ]
    layout = _layout(palette, formats, legend=True)
    layout["xaxis"] |= {
        "tickvals": list(x_names),
        "ticktext": list(x_names.values()),
        "showgrid": False,
    }
    layout["yaxis"] |= _money_axis(formats, is_money=True) | {"type": "log", "dtick": 1}
    layout["yaxis"].pop("rangemode", None)
    return {"data": traces, "layout": layout}


def empty(text: str, palette: Palette, formats: Formats) -> Figure:
    """Return a figure that says why there is nothing to draw."""
    layout = _layout(palette, formats, legend=False)
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


def shortened(name: str, length: int = 24) -> str:
    """Return a name that fits beside a bar."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def _layout(palette: Palette, formats: Formats, *, legend: bool) -> dict[str, Any]:
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


def _money_axis(formats: Formats, *, is_money: bool) -> dict[str, Any]:
    if not is_money:
        return {"tickformat": ",", "nticks": 6}
    return {
        "tickprefix": formats.currency_sign(),
        "tickformat": "~s",
        "hoverformat": ",.2f",
        "nticks": 6,
    }
