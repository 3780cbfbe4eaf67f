"""The account of rows, in all and by load."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards import figures
from dashboards.blocks import ChartContents, Table
from dashboards.data import health, quality
from dashboards.page import View

_PARTS = (
    ("accepted", "accepted"),
    ("quarantined", "quarantined"),
    ("duplicate", "duplicates"),
    ("superseded", "superseded"),
)
_LOADS_DRAWN = 15


def account(view: View) -> Any:
    """Return the account in all, as a sum that can be checked by eye."""
    formats = view.formats
    rows = quality.account(view.data)
    raw = sum(row["raw_count"] for row in rows)
    parts = [(name, sum(row[f"{key}_count"] for row in rows)) for key, name in _PARTS]
    missing = raw - sum(count for _, count in parts)
    sides: list[Any] = [html.B(formats.count(raw)), html.Span("raw rows")]
    for place, (name, count) in enumerate(parts):
        sign = "=" if place == 0 else "+"
        sides += [html.Span(sign), html.B(formats.count(count)), html.Span(name)]
    verdict = "✓ Reconciled: no row is lost, none is counted twice."
    if missing:
        verdict = (
            f"✗ {formats.plural(abs(missing), 'row')} {'missing' if missing > 0 else 'too many'}."
        )
    return [
        html.Div(sides, className="equation"),
        html.P(verdict, className=f"verdict is-{'bad' if missing else 'good'}"),
        Table(
            ["Layer", "Rows", "Content", "Also in this layer", "Matches previous layer"],
            [
                [
                    layer.name,
                    formats.count(layer.rows),
                    layer.what,
                    ", ".join(f"{formats.count(count)} {name}" for name, count in layer.parts),
                    "✓ matches" if layer.adds_up else "✗ does not match",
                ]
                for layer in health.strip(view.data)
            ],
            caption="Rows per layer",
        ).component(),
    ]


def loads(view: View) -> ChartContents:
    """Return what became of the rows of each load."""
    formats, palette = view.formats, view.palette
    rows = quality.account(view.data)
    drawn = rows[:_LOADS_DRAWN]
    colors = (palette.accent, palette.bad, palette.cancelled, palette.other)
    traces = []
    for (key, name), color in zip(_PARTS, colors, strict=True):
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "y": list(range(len(drawn))),
                "x": [row[f"{key}_count"] for row in drawn],
                "marker": {"color": color},
                "hovertext": [
                    f"{row['file']}<br>{formats.plural(row[f'{key}_count'], 'row')} {name}"
                    for row in drawn
                ],
                "hoverinfo": "text",
            }
        )
    figure = figures.stacked([], palette, formats)
    figure["data"] = traces
    figure["layout"] |= {"showlegend": True}
    figure["layout"]["margin"]["t"] = 34
    figure["layout"]["xaxis"].pop("tickformatstops")
    figure["layout"]["xaxis"] |= {"type": "linear", "tickformat": ",", "showgrid": True}
    figure["layout"]["yaxis"] |= {
        "range": [max(len(drawn), 5) - 0.5, -0.5],
        "tickvals": list(range(len(drawn))),
        "ticktext": [figures.shortened(row["file"], 30) for row in drawn],
        "showgrid": False,
    }
    sound = sum(row["unaccounted_count"] == 0 for row in rows)
    return ChartContents(
        "Row reconciliation by load",
        f"{formats.count(sound)} of {formats.plural(len(rows), 'load')} reconciled"
        + (f"; the chart shows the newest {_LOADS_DRAWN}." if len(rows) > _LOADS_DRAWN else "."),
        figure,
        Table(
            ["File", "Loaded", "Raw", *(name for _, name in _PARTS), "Unaccounted"],
            [
                [
                    row["file"],
                    formats.moment(row["loaded_at"]),
                    formats.count(row["raw_count"]),
                    *(formats.count(row[f"{key}_count"]) for key, _ in _PARTS),
                    formats.count(row["unaccounted_count"]),
                ]
                for row in rows
            ],
            caption="Row reconciliation by load",
        ),
    )
