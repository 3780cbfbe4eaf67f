"""Pipeline health: every row accounted for, and how the runs went."""

from __future__ import annotations

from dashboards.blocks import Chart, Panel
from dashboards.data import health
from dashboards.page import Contents, Page, View
from dashboards.pages.health.account import account, loads
from dashboards.pages.health.freshness import freshness, volume
from dashboards.pages.health.incidents import incidents
from dashboards.pages.health.runs import durations, results, runs


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    return {
        "health-account": account(view),
        "health-loads": loads(view),
        "health-durations": durations(view),
        "health-runs": runs(view),
        "health-models": results(view, health.MODELS, "model"),
        "health-tests": results(view, health.TESTS, "test"),
        "health-freshness": freshness(view),
        "health-volume": volume(view),
        "health-incidents": incidents(view),
    }


PAGE = Page(
    path="/health",
    name="Pipeline health",
    title="Pipeline health",
    lead="Is every row accounted for, did runs pass, and how fresh is the data? "
    "Filters do not apply on this page.",
    rows=[
        [Panel("health-account", "Row reconciliation", least_height=260)],
        [Panel("health-incidents", "Incidents", least_height=30)],
        [Panel("health-freshness", "Freshness", least_height=150)],
        [
            Chart("health-loads", "Row reconciliation by load", height=280),
            Chart("health-durations", "Model run time", height=280),
        ],
        [Panel("health-runs", "Runs", least_height=80)],
        [Panel("health-models", "Models", least_height=120)],
        [Panel("health-tests", "Tests", least_height=120)],
        [Chart("health-volume", "Row volume against expected range", height=240)],
    ],
    fill=fill,
    is_filtered=False,
)
