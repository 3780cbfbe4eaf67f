"""About the data: what each number means, what it is made of, and what it leaves out."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.blocks import Panel, Table
from dashboards.data import quality
from dashboards.data.definitions import read_definitions
from dashboards.filters import PERIODS
from dashboards.page import Contents, Page, View

_WEEK_DAYS = {0: "Sunday", 1: "Monday"}


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    definitions = read_definitions(view.data)
    return {
        "about-reading": _reading(),
        "about-setting": _setting(view),
        "about-rules": _rules(view),
        "about-tables": _tables(definitions["models"]),
        "about-versions": _versions(definitions["versions"]),
    }


def _reading() -> Any:
    whole = ", ".join(f"{days} days" for days in PERIODS.values())
    facts = {
        "Net sales": "worth of accepted sales whose status is Completed; with statuses chosen, the "
        "worth of those.",
        "Orders": "orders that these sales open; an order of several lines counts once for each "
        "status.",
        "Average order": "the first by the second.",
        "Rejection rate": "quarantined rows by accepted and quarantined ones. Copies and replaced "
        "records are in neither: they are no sales that are missing.",
        "Left out": "quarantined rows that match the same filters by their raw text, and what "
        "those with a readable amount would be worth. Some of it may be wrong: "
        "that is why they are set "
        "aside.",
        "The period before": "as many days, moved by whole weeks, so that a Monday meets a "
        f"Monday. The presets are whole weeks ({whole}) that end on the last day with a sale.",
        "Unusual": "flagged by the scoring job; still counted everywhere.",
    }
    return html.Dl(
        [part for name, text in facts.items() for part in (html.Dt(name), html.Dd(text))],
        className="facts",
    )


def _setting(view: View) -> Any:
    formats, manifest = view.formats, view.data.manifest
    facts = {
        "Currency": formats.currency or "not declared for this feed; numbers stand alone",
        "Time zone": "UTC, for times and days",
        "Week starts on": _WEEK_DAYS[formats.week_start],
        "Numbers as in": formats.locale,
        "Feed": ", ".join(manifest.feeds),
        "Live run": manifest.run_id,
        "Went live": formats.moment(manifest.went_live_at),
        "Read into this app": f"{formats.moment(manifest.taken_at)}, in {manifest.seconds:g} s",
        "Sales": formats.count(manifest.rows.get("semantic_sales", 0)),
    }
    return [
        html.Dl(
            [part for name, text in facts.items() for part in (html.Dt(name), html.Dd(text))],
            className="facts",
        ),
        html.P(
            [
                "Currency, locale and week start stand in ",
                html.Code("dbt_project.yml"),
                " under ",
                html.Code("presentation"),
                ". Lineage, columns and tests: ",
                html.A("the dbt docs", href="/docs"),
                ".",
            ],
            className="block-summary",
        ),
    ]


def _rules(view: View) -> Any:
    return Table(
        ["Rule", "Severity", "In words"],
        [
            [one["rule_id"], one["rule_severity"], one["rule_sentence"]]
            for one in quality.rules(view.data)
        ],
        caption="Rules",
    ).component()


def _tables(models: list[dict[str, Any]]) -> Any:
    if not models:
        return html.P(
            "dbt's artifacts were not there when these figures were read; 'p360 run' writes them.",
            className="block-summary",
        )
    return [
        html.Details(
            [
                html.Summary([html.B(model["name"]), f" – {model['description']}"]),
                Table(["Column", "Meaning"], model["columns"], caption=model["name"]).component(),
            ],
            className="definition",
        )
        for model in models
    ]


def _versions(versions: dict[str, str]) -> Any:
    return html.Dl(
        [part for name, text in versions.items() for part in (html.Dt(name), html.Dd(text))],
        className="facts",
    )


PAGE = Page(
    path="/about",
    name="About the data",
    title="About the data",
    lead="What each number means, what it is made of, and what it leaves out.",
    rows=[
        [Panel("about-reading", "How to read the figures", least_height=220)],
        [
            Panel("about-setting", "Where they come from", least_height=220),
            Panel("about-versions", "Versions at work", least_height=220),
        ],
        [Panel("about-tables", "Definitions, from the dbt docs", least_height=200)],
        [Panel("about-rules", "Rules on every row", least_height=200)],
    ],
    fill=fill,
    is_filtered=False,
)
