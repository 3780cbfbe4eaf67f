"""The state as one HTML file: no request leaves the page, so it can be mailed or archived."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from python_jobs.errors import P360Error
from python_jobs.metrics.key_figures import KeyFigure, key_figures
from python_jobs.observability.alerts import Message
from python_jobs.observability.health import LOOK, WELL, WRONG, Health, read_health
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, steps, warn

_WORDS = {WELL: "ok", LOOK: "warning", WRONG: "error"}
_CLASSES = {WELL: "well", LOOK: "look", WRONG: "wrong"}
_ACCENT, _BAND, _BAD = "#1c6fbf", "rgba(125, 134, 143, 0.25)", "#b3261e"
_DAYS = 120
_CONFIG = {"displaylogo": False, "showSendToCloud": False, "responsive": True}
_STYLE = """
:root { color-scheme: light dark; --text: #1a1b1e; --page: #fff; --soft: #5c6773; --line: #d5dae0;
  --well: #0b6e4f; --look: #9a5b00; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --page: #1a1b1e; --soft: #aab4bf;
  --line: #3a3f45; --well: #63d2a1; --look: #f0b050; --wrong: #ff9d94; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h1 { margin-bottom: 0; } p, caption { color: var(--soft); } caption { text-align: left; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere; }
.well { color: var(--well); } .look { color: var(--look); }
.wrong { color: var(--wrong); font-weight: 600; }
"""
# Plots take the page's colours, since nobody can know which scheme its reader has.
_SCRIPT = """
const dark = matchMedia('(prefers-color-scheme: dark)');
function paint() {
  const style = getComputedStyle(document.documentElement);
  const text = style.getPropertyValue('--text').trim();
  const line = style.getPropertyValue('--line').trim();
  document.querySelectorAll('.js-plotly-plot').forEach(plot => Plotly.relayout(plot, {
    'font.color': text, 'xaxis.gridcolor': line, 'yaxis.gridcolor': line }));
}
dark.addEventListener('change', paint); addEventListener('load', paint);
"""


def write_report(settings: Settings, path: Path) -> Message:
    """Write the state of a schema as one HTML file, and return it in words.

    Args:
        settings: Whose schema.
        path: The file; one that is there is replaced.

    Raises:
        P360Error: No server runs, or nothing went live yet.
    """
    if not path.parent.is_dir():
        raise P360Error(
            f"the folder {path.parent} does not exist; create it, or write elsewhere (--out)"
        )
    live = settings.live_schema
    with steps("reading the live tables"), connect(settings) as connection:
        if not connection.has_schema(live) or not connection.has_view(live, "obs_volume"):
            raise P360Error(f"no run is live in {live} yet; start with 'p360 run'")
        health = read_health(connection, settings)
        figures = [_volume(connection, live), _runs(connection, live), _models(connection, live)]
    try:
        numbers = key_figures(settings)
    except P360Error as error:  # A fault of a metric must not hide the state.
        warn(f"the report has no key figures: {error}")
        numbers = []
    path.write_text(page(health, numbers, figures, datetime.now(UTC)), encoding="utf-8")
    out.print(f"wrote {path}", markup=False)
    lines = [f"{line.what}: {_WORDS[line.level]}, {line.sentence}" for line in health.lines]
    lines += ["", *(f"{one.label}: {one.value}" for one in numbers)]
    title = f"Project 360, {settings.schema}: {_WORDS[health.level]}"
    return Message(title, "\n".join(lines))


def page(
    health: Health,
    numbers: Sequence[KeyFigure],
    figures: Sequence[tuple[str, str, Any]],
    now: datetime,
) -> str:
    """Return the page.

    Args:
        health: How things stand.
        numbers: Key figures of the live run.
        figures: Heading, sentence and plotly figure of each plot.
        now: When it is made, UTC.
    """
    from plotly.offline import get_plotlyjs

    title = f"Project 360, schema {html.escape(health.schema)}"
    plots = "\n".join(
        f"<section><h2>{html.escape(heading)}</h2><p>{html.escape(sentence)}</p>"
        + figure.to_html(full_html=False, include_plotlyjs=False, config=_CONFIG)
        + "</section>"
        for heading, sentence, figure in figures
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>{_STYLE}</style><script>{get_plotlyjs()}</script></head><body>
<h1>{title}: <span class="{_CLASSES[health.level]}">{_WORDS[health.level]}</span></h1>
<p>As of {now:%Y-%m-%d %H:%M} UTC</p>
{_lines_table(health)}
{_incidents_table(health)}
{_numbers_table(numbers)}
{plots}
<script>{_SCRIPT}</script></body></html>
"""


def _lines_table(health: Health) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(line.what)}</th>'
        f'<td class="{_CLASSES[line.level]}">{_WORDS[line.level]}</td>'
        f"<td>{html.escape(line.sentence)}</td></tr>"
        for line in health.lines
    )
    return f'<div class="wide"><table>{rows}</table></div>'


def _incidents_table(health: Health) -> str:
    if not health.incidents:
        return "<h2>Incidents</h2><p>No open incidents.</p>"
    head = "".join(f"<th>{name}</th>" for name in ("id", "status", "since (UTC)", "seen", "what"))
    rows = "".join(
        f"<tr><td>{one.incident_id}</td><td>{one.status}</td>"
        f"<td>{one.opened_at:%Y-%m-%d %H:%M}</td><td>{one.seen_count}</td>"
        f"<td>{html.escape(f'{one.finding.key}: {one.finding.sentence}')}</td></tr>"
        for one in health.incidents
    )
    return f'<h2>Incidents</h2><div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _numbers_table(numbers: Sequence[KeyFigure]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(one.label)}</th><td>{html.escape(one.value)}</td>'
        f"<td>{html.escape(one.description)}</td></tr>"
        for one in numbers
    )
    return f'<h2>Key figures</h2><div class="wide"><table>{rows}</table></div>'


def _volume(connection: ThriftConnection, live: str) -> tuple[str, str, Any]:
    import plotly.graph_objects as go

    rows = connection.query(
        "select sale_date, row_count, lowest_expected_count, highest_expected_count, verdict "
        f"from {live}.obs_volume order by sale_date desc limit {_DAYS}"
    ).rows[::-1]
    days, counts, lows, highs, verdicts = (list(column) for column in zip(*rows, strict=True))
    odd = [n for n, verdict in enumerate(verdicts) if verdict in ("low", "high")]
    figure = go.Figure(layout=_layout("rows"))
    line = {"width": 0}
    figure.add_scatter(x=days, y=highs, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    figure.add_scatter(
        x=days, y=lows, mode="lines", line=line, fill="tonexty", fillcolor=_BAND, name="expected"
    )
    figure.add_scatter(x=days, y=counts, mode="lines", line={"color": _ACCENT}, name="rows")
    figure.add_scatter(
        x=[days[n] for n in odd],
        y=[counts[n] for n in odd],
        mode="markers",
        marker={"symbol": "diamond-open", "size": 11, "color": _BAD, "line": {"width": 2}},
        name="outside expected range",
    )
    sentence = (
        f"{len(odd)} of the last {len(days)} days are outside the expected range for similar days."
    )
    return "Row volume against expected range", sentence, figure


def _runs(connection: ThriftConnection, live: str) -> tuple[str, str, Any]:
    import plotly.graph_objects as go

    rows = connection.query(
        f"select started_at, seconds, status, command from {live}.obs_runs "
        "where parent_run_id is null order by run_id desc limit 60"
    ).rows[::-1]
    figure = go.Figure(layout=_layout("seconds"))
    for status, colour in (("success", _ACCENT), ("failed", _BAD), ("died", _BAD)):
        some = [row for row in rows if row[2] == status]
        figure.add_scatter(
            x=[row[0] for row in some],
            y=[float(row[1] or 0) for row in some],
            text=[row[3] for row in some],
            mode="markers",
            marker={"color": colour, "symbol": "x" if status == "died" else "circle", "size": 9},
            name=status,
        )
    bad = sum(row[2] != "success" for row in rows)
    heading = "Runs by status and duration"
    return heading, f"{bad} of {len(rows)} runs failed.", figure


def _models(connection: ThriftConnection, live: str) -> tuple[str, str, Any]:
    import plotly.graph_objects as go

    rows = connection.query(
        f"select node_name, seconds, row_count from {live}.obs_node_results where run_id = "
        f"(select max(run_id) from {live}.obs_node_results where status = 'success') "
        "order by seconds desc limit 12"
    ).rows[::-1]
    figure = go.Figure(layout=_layout("", left=220))
    figure.add_bar(
        x=[float(row[1]) for row in rows],
        y=[row[0] for row in rows],
        orientation="h",
        marker={"color": _ACCENT},
        customdata=[f"{row[2]:,} rows written" if row[2] is not None else "a view" for row in rows],
        hovertemplate="%{y}: %{x:.1f} s, %{customdata}<extra></extra>",
    )
    return "Slowest models of the last run", "Seconds of each model or seed.", figure


def _layout(y_title: str, left: int = 60) -> dict[str, Any]:
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": 340,
        "margin": {"l": left, "r": 10, "t": 10, "b": 40},
        "yaxis": {"title": {"text": y_title}, "rangemode": "tozero"},
        "legend": {"orientation": "h", "y": 1.15},
    }
