"""Scores of sales: how many have which, and single ones against their group."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dashboards.figures.axes import layout_of, log_axis
from dashboards.figures.series import Figure, Series
from dashboards.formats import Formats
from dashboards.theme import Palette


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
    layout = layout_of(palette, formats, legend=False)
    layout["yaxis"] |= log_axis(formats, counts, is_money=False) | {"rangemode": "normal"}
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
    layout = layout_of(palette, formats, legend=True)
    layout["xaxis"] |= {
        "tickvals": list(x_names),
        "ticktext": list(x_names.values()),
        "showgrid": False,
    }
    layout["yaxis"] |= log_axis(formats, [*usual.y, *unusual.y], is_money=True)
    layout["yaxis"].pop("rangemode", None)
    return {"data": traces, "layout": layout}
