"""How old the data is, and whether as many rows came as expected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import html

from dashboards import figures
from dashboards.blocks import ChartContents, Table
from dashboards.data import health
from dashboards.page import View
from dashboards.pages.health.wording import NOT_RECORDED


def freshness(view: View) -> Any:
    """Return how old the data is, and how old the figures are."""
    manifest, formats = view.data.manifest, view.formats
    facts = {
        "Newest sale": manifest.newest_sale_at,
        "Newest load": manifest.newest_load_at,
        "Run went live": manifest.went_live_at,
        "Dashboard refreshed": manifest.taken_at,
    }
    parts: list[Any] = [
        part
        for name, at in facts.items()
        for part in (html.Dt(name), html.Dd(f"{formats.moment(at)}{_ago(view, at)}"))
    ]
    rows = health.records(
        view.data,
        health.FRESHNESS,
        "feed, clock, age_hours, promised_hours, verdict",
        "feed, clock",
    )
    if not rows:
        return html.Dl(parts, className="facts")
    promises = Table(
        ["Feed", "Newest", "Age (hours)", "Target (hours)", "Verdict"],
        [
            [
                row["feed"],
                row["clock"],
                formats.count(row["age_hours"]),
                formats.count(row["promised_hours"]),
                row["verdict"],
            ]
            for row in rows
        ],
        caption="Freshness against target",
    )
    return [html.Dl(parts, className="facts"), promises.component()]


def _ago(view: View, at: str) -> str:
    if not at:
        return ""
    hours = (view.now - datetime.fromisoformat(at)).total_seconds() / 3600
    if hours < 1:
        return ", less than an hour ago"
    return f", {hours:,.0f} hours ago" if hours < 72 else f", {hours / 24:,.0f} days ago"


def _name(view: View, figure: figures.Figure, rows: list[dict[str, Any]]) -> None:
    """Fit the axis to rows and expected range, and name both at their ends."""
    every = [float(one[key]) for one in rows for key in ("highest", "rows") if one[key] is not None]
    figure["layout"]["yaxis"] |= figures.amount_axis(view.formats, every, "count")
    last, palette = rows[-1], view.palette
    ends = [figures.Name("rows", last["rows"], palette.accent)]
    if last["highest"] is not None:  # Where enough like days were seen.
        middle = (last["lowest"] + last["highest"]) / 2
        ends.append(figures.Name("expected", middle, palette.previous))
    figures.name_ends(figure["layout"], ends, palette, every)


def volume(view: View) -> ChartContents:
    """Return the rows of each day, those that like days do not lead to expect as diamonds."""
    formats, palette = view.formats, view.palette
    title = "Row volume against expected range"
    rows = health.volume(view.data)
    if not rows:
        blank = figures.empty("No runs recorded", palette, formats)
        return ChartContents(title, NOT_RECORDED, blank, Table(["Day", "Rows"], []))
    days = [row["sale_date"].isoformat() for row in rows]
    counts = figures.Series("rows", days, [row["rows"] for row in rows], palette.accent)
    figure = figures.lines([counts], palette, formats, unit="count")
    figure["data"][0].pop("fill", None)
    band = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    lowest, highest = ([row[end] for row in rows] for end in ("lowest", "highest"))
    expected = [
        band | {"x": days, "y": lowest, "name": "least", "showlegend": False},
        band
        | {"x": days, "y": highest, "name": "expected", "fill": "tonexty"}
        | {"fillcolor": palette.area},
    ]
    odd = [row for row in rows if row["is_odd"]]
    diamonds = {
        "type": "scatter",
        "mode": "markers",
        "name": "outside expected range",
        "x": [row["sale_date"].isoformat() for row in odd],
        "y": [row["rows"] for row in odd],
        "marker": {
            "symbol": "diamond-open",
            "size": 10,
            "color": palette.bad,
            "line": {"width": 2},
        },
    }
    figure["data"] = [*expected, *figure["data"], diamonds]
    _name(view, figure, rows)
    return ChartContents(
        title,
        f"{formats.count(len(odd))} of {formats.plural(len(rows), 'day')} are outside the "
        "expected range for similar days, drawn as diamonds.",
        figure,
        Table(
            ["Day", "Rows", "Expected minimum", "Expected maximum", "Verdict"],
            [
                [
                    formats.day(row["sale_date"]),
                    formats.count(row["rows"]),
                    formats.count(row["lowest"]),
                    formats.count(row["highest"]),
                    row["verdict"],
                ]
                for row in reversed(rows)
            ],
            caption=title,
        ),
    )
