"""What is wrong, since when, and who looks after it."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.blocks import Table
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
