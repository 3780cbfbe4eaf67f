"""Unusual sales: which stand out, why, and what another budget would flag."""

from __future__ import annotations

from dash import html

from dashboards import figures
from dashboards.blocks import Chart, ChartContents, Grid, GridContents, Panel, Table
from dashboards.columns import UNUSUAL
from dashboards.data import unusual
from dashboards.page import Contents, Page, View
from dashboards.pages.unusual.budget import Budget, budget_contents, budget_of
from dashboards.pages.unusual.sale import past_contents, sale_contents
from dashboards.pages.unusual.scores import clusters_contents, scores_contents

_NO_SCORES = "No scores are live yet; run 'p360 score'"


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    scores = unusual.find_scores(view.data)
    if scores is None:
        return _nothing_scored(view)
    budget = budget_of(view)
    threshold = unusual.threshold_for(view.data, scores, budget)
    usual, odd = unusual.points(view.data, scores, view.filters, threshold)
    asked = view.filters.extra("sale") or (odd[0]["sale"] if odd else "")
    chosen = unusual.one_sale(view.data, scores, asked) if asked else None
    many, amount = unusual.flagged_sales(view.data, scores, view.filters, threshold)
    return {
        "unusual-budget": budget_contents(view, scores, budget, many),
        "unusual-clusters": clusters_contents(view, usual, odd),
        "unusual-scores": scores_contents(view, scores, threshold),
        "unusual-sale": sale_contents(view, chosen),
        "unusual-past": past_contents(view, chosen, odd),
        "unusual-rows": GridContents(
            f"{view.formats.plural(many, 'unusual sale')}, together "
            f"{view.formats.money(amount)}; the most unusual first. "
            "All figures include them: unusual does not mean wrong.",
            view.filters.search(),
        ),
    }


def _nothing_scored(view: View) -> Contents:
    blank = figures.empty(_NO_SCORES, view.palette, view.formats)
    chart = ChartContents("Not scored yet", f"{_NO_SCORES}.", blank, Table(["Sale"], []))
    return {
        "unusual-budget": (f"{_NO_SCORES}.", 0.5),
        "unusual-clusters": chart,
        "unusual-scores": chart,
        "unusual-sale": [
            html.P(
                "Scoring rates every accepted sale and explains which are unusual.",
                className="block-summary",
            ),
            html.Pre("p360 score", className="command"),
        ],
        "unusual-past": chart,
        "unusual-rows": GridContents(f"{_NO_SCORES}."),
    }


PAGE = Page(
    path="/unusual",
    name="Unusual sales",
    title="Unusual sales",
    lead="Which sales are unusual, and why? All figures include them: unusual does not mean wrong.",
    rows=[
        [
            Chart("unusual-clusters", "Amount by group", height=320),
            Chart("unusual-scores", "Distribution of scores", height=320),
        ],
        [Budget()],
        [
            Panel("unusual-sale", "Selected sale", least_height=280),
            Chart("unusual-past", "Customer's purchase history", height=280),
        ],
        [
            Grid(
                "unusual-rows",
                "Unusual sales, most unusual first",
                "unusual-sales",
                UNUSUAL,
                "unusual sales",
            )
        ],
    ],
    fill=fill,
)
