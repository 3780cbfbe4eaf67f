"""Pipeline health: every row accounted for, and how the runs went."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
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
_NOT_RECORDED = "No record of runs is kept in this schema."
_LOADS_DRAWN = 15
_NODES_DRAWN = 15


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    return {
        "health-account": _account(view),
        "health-loads": _loads(view),
        "health-durations": _durations(view),
        "health-runs": _runs(view),
        "health-models": _results(view, health.MODELS, "model"),
        "health-tests": _results(view, health.TESTS, "test"),
        "health-freshness": _freshness(view),
        "health-volume": _volume(view),
        "health-incidents": _incidents(view),
    }


def _account(view: View) -> Any:
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
        verdict = (
            f"✗ {formats.plural(abs(missing), 'row')} {'missing' if missing > 0 else 'too many'}."
        )
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
                "hovertext": [
                    f"{row['load_id']}<br>{row[f'{key}_count']:,} {name}" for row in drawn
                ],
                "hoverinfo": "text",
            }
        )
    figure = figures.stacked([], palette, formats)
    figure["data"] = traces
    figure["layout"] |= {"showlegend": True}
    figure["layout"]["margin"]["t"] = 34
    figure["layout"]["xaxis"] |= {"type": "linear", "tickformat": ",", "showgrid": True}
    figure["layout"]["yaxis"] |= {
        "range": [max(len(drawn), 5) - 0.5, -0.5],
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
    """Return how long the slowest models took, against the time before."""
    formats, palette = view.formats, view.palette
    title = "How long the models took"
    rows = health.durations(view.data)
    if not rows:
        blank = figures.empty("No record is kept", palette, formats)
        return ChartContents(title, _NOT_RECORDED, blank, Table(["Model", "Seconds"], []))
    drawn = rows[:_NODES_DRAWN]
    places = list(range(len(drawn)))
    figure = figures.ranked(
        figures.Series(
            "this run",
            [float(row["seconds"]) for row in drawn],
            [row["model"] for row in drawn],
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
        "name": "the time before",
        "x": [row["before"] for row in drawn],
        "y": places,
        "marker": {
            "symbol": "line-ns",
            "size": 14,
            "color": palette.previous,
            "line": {"width": 3, "color": palette.previous},
        },
        "hovertemplate": "the time before: %{x:.1f} s<extra></extra>",
    }
    figure["data"].append(before)
    figure["layout"] |= {"showlegend": True}
    figure["layout"]["margin"]["t"] = 34
    total, past = sum(r["seconds"] for r in rows), sum(r["before"] or 0 for r in rows)
    against = f", {past:.0f} s the time before" if past else ""
    return ChartContents(
        title,
        f"{len(rows)} models took {total:.0f} s together{against}; the slowest "
        f"{len(drawn)} are drawn.",
        figure,
        Table(
            ["Model", "Seconds", "Time before", "Difference"],
            [
                [
                    row["model"],
                    f"{row['seconds']:.2f}",
                    "–" if row["before"] is None else f"{row['before']:.2f}",
                    "–" if row["before"] is None else f"{row['seconds'] - row['before']:+.2f}",
                ]
                for row in rows
            ],
            caption=title,
        ),
    )


def _runs(view: View) -> Any:
    """Return the newest runs: what ran, how it ended, how long it took."""
    formats = view.formats
    rows = health.records(
        view.data,
        health.RUNS,
        "started_at, command, status, seconds, feed, run_by, git_commit, message",
        "run_id desc",
    )
    if not rows:
        return html.P(_NOT_RECORDED, className="block-summary")
    return Table(
        ["Started", "Command", "Ended as", "Seconds", "Feed", "By", "Commit", "Message"],
        [
            [
                formats.moment(row["started_at"]),
                row["command"],
                row["status"],
                formats.number(_tenths(row["seconds"])),
                row["feed"] or "",
                row["run_by"] or "",
                (row["git_commit"] or "")[:12],
                figures.shortened(row["message"] or "", 90),
            ]
            for row in rows
        ],
        caption="Newest runs",
    ).component()


def _tenths(seconds: Any) -> float | None:
    return None if seconds is None else round(float(seconds), 1)


def _results(view: View, table: str, name: str) -> Any:
    """Return how each model or test ended last, the worst first."""
    formats = view.formats
    rows = health.newest_results(view.data, table, name)
    if not rows:
        live = len(health.live_models(view.data))
        text = f"{formats.plural(live, 'model')} are live. " if name == "model" else ""
        return html.P(text + _NOT_RECORDED, className="block-summary")
    counts = Counter(row["status"] for row in rows)
    is_sound = set(counts) <= {"success", "pass"}
    return [
        html.P(
            ", ".join(f"{formats.count(n)} {status}" for status, n in counts.most_common()),
            className=f"verdict is-{'good' if is_sound else 'bad'}",
        ),
        Table(
            [name.capitalize(), "Ended as", "Seconds", "Message"],
            [
                [
                    row["name"],
                    row["status"],
                    formats.number(_tenths(row["seconds"])),
                    figures.shortened(row["message"] or "", 80),
                ]
                for row in rows
            ],
            caption=f"How each {name} ended last",
        ).component(),
    ]


def _incidents(view: View) -> Any:
    """Return what is wrong, since when, and who looks after it: open ones first."""
    formats = view.formats
    if not view.data.has(health.INCIDENTS):
        return html.P(_NOT_RECORDED, className="block-summary")
    rows = health.records(
        view.data,
        health.INCIDENTS,
        "status, severity, sentence, row_count, amount, opened_at, person, incident_id",
        "status not in ('open', 'acknowledged'), opened_at desc",
    )
    still = sum(row["status"] in ("open", "acknowledged") for row in rows)
    text = f"{formats.plural(still, 'incident')} not closed." if still else "✓ No incident is open."
    verdict = html.P(text, className=f"verdict is-{'bad' if still else 'good'}")
    if not rows:
        return [verdict]
    return [
        verdict,
        Table(
            ["Incident", "State", "What", "Rows", "Worth", "Since", "Who"],
            [
                [
                    row["incident_id"],
                    row["status"],
                    row["sentence"],
                    formats.count(row["row_count"]),
                    formats.money(row["amount"]),
                    formats.moment(row["opened_at"]),
                    row["person"] or "",
                ]
                for row in rows
            ],
            caption="Incidents",
        ).component(),
    ]


def _volume(view: View) -> ChartContents:
    """Return the rows of each day, those that like days do not lead to expect as diamonds."""
    formats, palette = view.formats, view.palette
    title = "Did as many rows come as usual?"
    rows = health.volume(view.data)
    if not rows:
        blank = figures.empty("No record is kept", palette, formats)
        return ChartContents(title, _NOT_RECORDED, blank, Table(["Day", "Rows"], []))
    days = [row["sale_date"].isoformat() for row in rows]
    counts = figures.Series("rows", days, [row["rows"] for row in rows], palette.accent)
    figure = figures.lines([counts], palette, formats, is_money=False)
    figure["data"][0].pop("fill", None)
    band = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    lowest, highest = ([row[end] for row in rows] for end in ("lowest", "highest"))
    expected = [
        band | {"x": days, "y": lowest, "name": "least", "showlegend": False},
        band
        | {"x": days, "y": highest, "name": "expected", "fill": "tonexty"}
        | {"fillcolor": palette.accent_soft},
    ]
    odd = [row for row in rows if row["is_odd"]]
    diamonds = {
        "type": "scatter",
        "mode": "markers",
        "name": "not as expected",
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
    figure["layout"] |= {"showlegend": True}
    figure["layout"]["margin"]["t"] = 34
    return ChartContents(
        title,
        f"{formats.count(len(odd))} of {formats.plural(len(rows), 'day')} are not as like days "
        "lead to expect.",
        figure,
        Table(
            ["Day", "Rows", "Least expected", "Most expected", "Verdict"],
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


def _freshness(view: View) -> Any:
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
    rows = health.records(
        view.data,
        health.FRESHNESS,
        "feed, clock, age_hours, promised_hours, verdict",
        "feed, clock",
    )
    if not rows:
        return html.Dl(parts, className="facts")
    promises = Table(
        ["Feed", "Newest", "Hours old when recorded", "Promised", "Verdict"],
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
        caption="Freshness against what is promised",
    )
    return [html.Dl(parts, className="facts"), promises.component()]


def _ago(view: View, at: str) -> str:
    if not at:
        return ""
    hours = (view.now - datetime.fromisoformat(at)).total_seconds() / 3600
    if hours < 1:
        return ", within the last hour or so"
    return f", {hours:,.0f} hours ago" if hours < 72 else f", {hours / 24:,.0f} days ago"


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
            Chart("health-durations", "How long the models took", height=280),
        ],
        [Panel("health-runs", "Runs", least_height=80)],
        [
            Panel("health-models", "Models", least_height=120),
            Panel("health-tests", "Tests", least_height=120),
        ],
        [Chart("health-volume", "Did as many rows come as usual?", height=240)],
    ],
    fill=fill,
    is_filtered=False,
)
