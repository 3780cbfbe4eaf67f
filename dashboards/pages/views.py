"""Saved views: pages that somebody gave a name, and how to keep them."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.blocks import Panel
from dashboards.page import Contents, Page, View
from dashboards.views import saved_list


def fill(_: View) -> Contents:
    """Return the contents of each block."""
    return {"views-about": _about()}


def _about() -> list[Any]:
    return [
        html.P(
            "A view of the newest data moves along: its last 13 weeks end with the newest sale. A "
            "frozen view keeps the figures of its run, on this server's disk, until it is removed."
        ),
        html.P("Keep them in git, or bring them to another server:"),
        html.Pre(
            "p360 views export --out views.yml\np360 views import views.yml", className="command"
        ),
    ]


PAGE = Page(
    path="/views",
    name="Saved views",
    title="Saved views",
    lead="Which pages do people come back to?",
    rows=[[Panel("views-about", "How views are kept")]],
    fill=fill,
    controls=saved_list,
    is_filtered=False,
)
