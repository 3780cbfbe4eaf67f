"""Pipeline health: every row accounted for, and how the runs went."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from dash import html

from dashboards import figures
from dashboards.blocks import Chart, ChartContents, Panel, Table
from dashboards.data import health, quality
from dashboards.page import Contents, Page, View

_PARTS = (
    ("accepted", "accepted"),
    ("quarantined", "quarantined"),
    ("duplicate", "copies"),
    ("superseded", "superseded"),
)
_LOADS_DRAWN = 15
_NODES_DRAWN = 15


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    return {
        "health-account": _account(view),
        "health-loads": _loads(view),
        "health-durations": _durations(view),
        "health-runs": _records(view, "runs", "The runs are recorded from the next 'p360 run' on."),
        "health-tests": _records(view, "tests", "Test results are recorded from the next run on."),
        "health-models": _models(view),
        "health-freshness": _freshness(view),
        "health-volume": _records(view, "volume", "Volume is judged once runs are recorded."),
        "health-incidents": _records(view, "incidents", "No incident is recorded."),
    }


def _account(view: View) -> Any:  # noqa: ANN401
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
    verdict = "✓ It adds up: no row is lost, none is counted twice."
    if missing:
        verdict = f"✗ {formats.plural(abs(missing), 'row')} {'missing' if missing > 0 else 'too many'}."
    return [
        html.Div(sides, className="equation"),
        html.P(verdict, className=f"verdict is-{'bad' if missing else 'good'}"),
        Table(
            ["Layer", "Rows", "What they are", "Beside them", "Held against the layer before"],
            [
                [
                    layer.name,
                    formats.count(layer.rows),
                    layer.what,
                    ", ".join(f"{formats.count(count)} {name}" for name, count in layer.parts),
                    "✓ adds up" if layer.adds_up else "✗ does not add up",
                ]
                for layer in health.strip(view.data)
            ],
            caption="Rows per layer",
        ).component(),
    ]


def _loads(view: View) -> ChartContents:
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
                "hovertext": [f"{row['load_id']}<br>{row[f'{key}_count']:,} {name}" for row in drawn],
                "hoverinfo": "text",
            }
        )
    figure = figures.stacked([], palette, formats)
    figure["data"] = traces
    figure["layout"] |= {"showlegend": True}
    figure["layout"]["margin"]["t"] = 34
    figure["layout"]["xaxis"] |= {"type": "linear", "tickformat": ",", "showgrid": True}
    figure["layout"]["yaxis"] |= {
        "autorange": "reversed",
        "tickvals": list(range(len(drawn))),
        "ticktext": [figures.shortened(row["load_id"], 26) for row in drawn],
        "showgrid": False,
    }
    sound = sum(row["unaccounted_count"] == 0 for row in rows)
    return ChartContents(
        "What became of the rows of each load",
        f"{formats.count(sound)} of {formats.plural(len(rows), 'load')} add up"
        + (f"; the newest {_LOADS_DRAWN} are drawn." if len(rows) > _LOADS_DRAWN else "."),
        figure,
        Table(
            ["Load", "Loaded", "Raw", *(name for _, name in _PARTS), "Unaccounted for"],
            [
                [
                    row["load_id"],
                    formats.moment(row["loaded_at"]),
                    formats.count(row["raw_count"]),
                    *(formats.count(row[f"{key}_count"]) for key, _ in _PARTS),
                    formats.count(row["unaccounted_count"]),
                ]
                for row in rows
            ],
            caption="The account of each load",
        ),
    )


def _durations(view: View) -> ChartContents:
    """Return how long the slowest nodes took, against the run before."""
    formats, palette = view.formats, view.palette
    title = "How long the steps took"
    rows = health.durations(view.data)
    if not rows:
        text = "Durations are recorded from the next run on"
        blank = figures.empty(text, palette, formats)
        return ChartContents(title, f"{text}.", blank, Table(["Step", "Seconds"], []))
    drawn = rows[:_NODES_DRAWN]
    places = list(range(len(drawn)))
    figure = figures.ranked(
        figures.Series(
            "this run",
            [float(row["seconds"]) for row in drawn],
            [row["node"] for row in drawn],
            palette.accent,
            labels=[f"{row['seconds']:.1f} s" for row in drawn],
        ),
        palette,
        formats,
        faded=frozenset(),
    )
    before = {
        "type": "scatter",
        "mode": "markers",
        "name": "the run before",
        "x": [row["before"] for row in drawn],
        "y": places,
        "marker": {
            "symbol": "line-ns",
            "size": 14,
            "color": palette.previous,
            "line": {"width": 3, "color": palette.previous},
        },
        "hovertemplate": "the run before: %{x:.1f} s<extra></extra>",
    }
    figure["data"].append(before)
    figure["layout"] |= {"showlegend": True}
    figure["layout"]["margin"]["t"] = 34
    total, past = sum(r["seconds"] for r in rows), sum(r["before"] or 0 for r in rows)
    against = f", {past:.0f} s in the run before" if past else ""
    return ChartContents(
        title,
        f"{len(rows)} steps took {total:.0f} s together{against}; the slowest {len(drawn)} are drawn.",
        figure,
        Table(
            ["Step", "Seconds", "Run before", "Difference"],
            [
                [
                    row["node"],
                    f"{row['seconds']:.2f}",
                    "–" if row["before"] is None else f"{row['before']:.2f}",
                    "–" if row["before"] is None else f"{row['seconds'] - row['before']:+.2f}",
                ]
                for row in rows
            ],
            caption=title,
        ),
    )


def _models(view: View) -> Any:  # noqa: ANN401
    """Return which run built each live model."""
    rows = health.live_models(view.data)
    live = view.data.manifest.run_id
    older = sum(row["built_by_run_id"] != live for row in rows)
    formats = view.formats
    note = (
        "all of them by the run that is live"
        if not older
        else f"{formats.count(older)} of them by an earlier run"
    )
    return [
        html.P(f"{formats.plural(len(rows), 'model')} are live, {note}.", className="block-summary"),
        Table(
            ["Model", "Built by run"],
            [[row["model"], row["built_by_run_id"]] for row in rows],
            caption="Live models",
        ).component(),
    ]


def _freshness(view: View) -> Any:  # noqa: ANN401
    """Return how old the data is, and how old the figures are."""
    manifest, formats = view.data.manifest, view.formats
    facts = {
        "Newest sale": manifest.newest_sale_at,
        "Newest load": manifest.newest_load_at,
        "Run went live": manifest.went_live_at,
        "Read into this app": manifest.taken_at,
    }
    parts: list[Any] = [
        part
        for name, at in facts.items()
        for part in (html.Dt(name), html.Dd(f"{formats.moment(at)}{_ago(view, at)}"))
    ]
    return [html.Dl(parts, className="facts"), *_records(view, "freshness", "")]


def _ago(view: View, at: str) -> str:
    if not at:
        return ""
    hours = (view.now - datetime.fromisoformat(at)).total_seconds() / 3600
    if hours < 1:
        return ", within the last hour or so"
    return f", {hours:,.0f} hours ago" if hours < 72 else f", {hours / 24:,.0f} days ago"


def _records(view: View, kind: str, otherwise: str) -> list[Any]:
    """Return the newest records of a kind as a table, or a sentence where there are none."""
    columns, rows, total = health.records(view.data, kind)
    formats = view.formats
    if not rows:
        return [html.P(otherwise, className="block-summary")] if otherwise else []
    cells = [[_text(view, row[column]) for column in columns] for row in rows]
    names = [column.replace("_", " ").capitalize() for column in columns]
    note = f"{formats.plural(total, 'record')}" + (
        f"; the newest {len(rows)} are shown." if total > len(rows) else "."
    )
    return [
        html.P(note, className="block-summary"),
        Table(names, cells, caption=f"Newest {kind}").component(),
    ]


def _text(view: View, value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return view.formats.moment(value)
    if isinstance(value, (int, float, Decimal)):
        return view.formats.number(value)
    return "" if value is None else figures.shortened(str(value), 120)


PAGE = Page(
    path="/health",
    name="Pipeline health",
    title="Pipeline health",
    lead="Is every row accounted for, did the runs pass, and how fresh is the data? "
    "The filters do not act here: a pipeline is judged whole.",
    rows=[
        [Panel("health-account", "Every row accounted for", least_height=260)],
        [
            Panel("health-freshness", "How fresh", least_height=150),
            Panel("health-incidents", "Incidents", least_height=150),
        ],
        [
            Chart("health-loads", "What became of the rows of each load", height=280),
            Chart("health-durations", "How long the steps took", height=280),
        ],
        [Panel("health-runs", "Runs", least_height=80)],
        [
            Panel("health-models", "Models", least_height=120),
            Panel("health-tests", "Tests", least_height=120),
        ],
        [Panel("health-volume", "Volume", least_height=80)],
    ],
    fill=fill,
    is_filtered=False,
)
