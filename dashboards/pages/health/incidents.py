"""What is wrong, since when, and who looks after it."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.data import health
from dashboards.page import View
from dashboards.pages.health.wording import NOT_RECORDED


def incidents(view: View) -> Any:
    """Return what is wrong, since when, and who looks after it: open ones first."""
    formats = view.formats
    if not view.data.has(health.INCIDENTS):
        return html.P(NOT_RECORDED, className="block-summary")
    rows = health.records(
        view.data,
        health.INCIDENTS,
        "status, severity, sentence, row_count, amount, opened_at, person, incident_id",
        "status not in ('open', 'acknowledged'), opened_at desc",
    )
    still = sum(row["status"] in ("open", "acknowledged") for row in rows)
    text = f"{formats.plural(still, 'incident')} open." if still else "✓ No open incidents."
    verdict = html.P(text, className=f"verdict is-{'bad' if still else 'good'}")
    if not rows:
        return [verdict]
    return [verdict, html.Ul([_incident(view, row) for row in rows], className="incidents")]


def _incident(view: View, row: dict[str, Any]) -> Any:
    """Return one incident: what is wrong in a whole sentence, the rest in small below."""
    formats = view.formats
    is_open = row["status"] in ("open", "acknowledged")
    facts = [
        row["incident_id"],
        f"since {formats.moment(row['opened_at'])}",
        formats.plural(row["row_count"], "row") if row["row_count"] else "",
        f"worth {formats.money(row['amount'])}" if row["amount"] else "",
        f"with {row['person']}" if row["person"] else "nobody looks after it" if is_open else "",
    ]
    return html.Li(
        [
            html.Span(row["status"], className=f"badge is-{'bad' if is_open else 'neutral'}"),
            html.Span(row["sentence"], className="incident-what"),
            html.Span(" · ".join(filter(None, facts)), className="incident-facts"),
        ],
        className="incident",
    )
