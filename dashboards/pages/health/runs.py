"""Runs, models and tests: how each ended, and how long it took."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import html

from dashboards import figures
from dashboards.blocks import ChartContents, Table
from dashboards.data import health
from dashboards.page import View
from dashboards.pages.health.wording import NOT_RECORDED

_NODES_DRAWN = 15
_LONGEST_MESSAGE = 300


def durations(view: View) -> ChartContents:
    """Return how long the slowest models took, against the time before."""
    formats, palette = view.formats, view.palette
    title = "Model run time"
    rows = health.durations(view.data)
    if not rows:
        blank = figures.empty("No runs recorded", palette, formats)
        return ChartContents(title, NOT_RECORDED, blank, Table(["Model", "Seconds"], []))
    drawn = rows[:_NODES_DRAWN]
    places = list(range(len(drawn)))
    figure = figures.ranked(
        figures.Series(
            "latest run",
            [float(row["seconds"]) for row in drawn],
            [figures.shortened(row["model"]) for row in drawn],
            palette.accent,
            labels=list(map(_seconds, drawn)),
        ),
        palette,
        formats,
        faded=frozenset(),
    )
    before = {
        "type": "scatter",
        "mode": "markers",
        "name": "previous run",
        "x": [row["before"] for row in drawn],
        "y": places,
        "marker": {
            "symbol": "line-ns",
            "size": 14,
            "color": palette.previous,
            "line": {"width": 3, "color": palette.previous},
        },
        "hovertemplate": "previous run: %{x:.1f} s<extra></extra>",
    }
    figure["data"].append(before)
    total, past = sum(r["seconds"] for r in rows), sum(r["before"] or 0 for r in rows)
    against = f", {past:.0f} s in the previous run (grey marks, and in brackets)" if past else ""
    return ChartContents(
        title,
        f"{len(rows)} models took {total:.0f} s in total{against}; the slowest "
        f"{len(drawn)} are shown.",
        figure,
        Table(
            ["Model", "Seconds", "Previous run", "Difference"],
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


def _seconds(row: dict[str, Any]) -> str:
    """Return what stands beside a bar: the seconds of the latest run, and of the one before."""
    before = "" if row["before"] is None else f" ({row['before']:.1f})"
    return f"{row['seconds']:.1f} s{before}"


def runs(view: View) -> Any:
    """Return the newest runs: what ran, how it ended, how long it took."""
    formats = view.formats
    rows = health.records(
        view.data,
        health.RUNS,
        "started_at, command, status, seconds, feed, run_by, git_commit, message",
        "run_id desc",
    )
    if not rows:
        return html.P(NOT_RECORDED, className="block-summary")
    return Table(
        ["Started", "Command", "Status", "Seconds", "Feed", "By", "Commit", "Message"],
        [
            [
                formats.moment(row["started_at"]),
                row["command"],
                row["status"],
                formats.number(_tenths(row["seconds"])),
                row["feed"] or "",
                row["run_by"] or "",
                (row["git_commit"] or "")[:12],
                figures.shortened(row["message"] or "", _LONGEST_MESSAGE),
            ]
            for row in rows
        ],
        caption="Latest runs",
    ).component()


def results(view: View, table: str, name: str) -> Any:
    """Return how each model or test ended last, the worst first."""
    formats = view.formats
    rows = health.newest_results(view.data, table, name)
    if not rows:
        live = len(health.live_models(view.data))
        text = f"{formats.plural(live, 'model')} are live. " if name == "model" else ""
        return html.P(text + NOT_RECORDED, className="block-summary")
    counts = Counter(row["status"] for row in rows)
    is_sound = set(counts) <= {"success", "pass"}
    return [
        html.P(
            ", ".join(f"{formats.count(n)} {status}" for status, n in counts.most_common()),
            className=f"verdict is-{'good' if is_sound else 'bad'}",
        ),
        Table(
            [name.capitalize(), "Status", "Seconds", "Message"],
            [
                [
                    row["name"],
                    row["status"],
                    formats.number(_tenths(row["seconds"])),
                    figures.shortened(row["message"] or "", _LONGEST_MESSAGE),
                ]
                for row in rows
            ],
            caption=f"Latest result of each {name}",
        ).component(),
    ]


def _tenths(seconds: Any) -> float | None:
    return None if seconds is None else round(float(seconds), 1)
