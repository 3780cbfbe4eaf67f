"""About the data: what each number means, what it is made of, and what it leaves out."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.blocks import Panel, Table
from dashboards.data import quality
from dashboards.data.definitions import read_definitions
from dashboards.filters import PERIODS
from dashboards.page import Contents, Page, View

FRESHNESS = "Data freshness"
FRESHNESS_IS = "age of the newest sale, against the target of the feed if it has one."
_WEEK_DAYS = {0: "Sunday", 1: "Monday"}


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    definitions = read_definitions(view.data)
    return {
        "about-reading": _reading(view),
        "about-glossary": _glossary(),
        "about-setting": _setting(view),
        "about-rules": _rules(view),
        "about-tables": _tables(definitions["models"]),
        "about-versions": _versions(definitions["versions"]),
    }


def _reading(view: View) -> Any:
    whole = ", ".join(f"{days} days" for days in PERIODS.values())
    defined = {
        f"{one.label} ({one.unit})" if one.unit != "currency" else one.label: one.description
        for one in view.data.metrics.values()
    }
    facts = defined | {
        "A filter by status": "money is then the amount of those statuses; Returned is taken off "
        "the others, or shown as it is if chosen alone.",
        "Share of a customer": "share of the net sales of all customers above zero. A customer who "
        "returned more than was bought has a share of 0.",
        FRESHNESS: FRESHNESS_IS,
        "Left out": "quarantined rows whose raw text matches the same filters, and the sum of "
        "their readable amounts. These amounts may be wrong.",
        "Previous period": "the same number of days, shifted by whole weeks, so that Mondays "
        f"compare with Mondays. Presets are whole weeks ({whole}) up to the last day with a sale.",
        "Unusual": "flagged by scoring; still included in all figures.",
    }
    return html.Dl(
        [part for name, text in facts.items() for part in (html.Dt(name), html.Dd(text))],
        className="facts",
    )


def _setting(view: View) -> Any:
    formats, manifest = view.formats, view.data.manifest
    facts = {
        "Currency": formats.currency or "not declared for this feed; amounts show no currency",
        "Time zone": "UTC for all times and dates",
        "Week starts on": _WEEK_DAYS[formats.week_start],
        "Number format": formats.locale,
        "Feed": ", ".join(manifest.feeds),
        "Live run": manifest.run_id,
        "Went live": formats.moment(manifest.went_live_at),
        "Dashboard refreshed": f"{formats.moment(manifest.taken_at)}, in {manifest.seconds:g} s",
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
                ". Lineage, columns and tests are in ",
                html.A("the dbt docs", href="/docs"),
                ".",
            ],
            className="block-summary",
        ),
    ]


def _rules(view: View) -> Any:
    return Table(
        ["Rule", "Severity", "Applies", "Description"],
        [
            [
                one["rule_id"],
                one["rule_severity"],
                "yes" if one["is_applied"] else "no, for lack of cells",
                one["rule_sentence"],
            ]
            for one in sorted(quality.rules(view.data), key=lambda one: not one["is_applied"])
        ],
        caption="Rules",
    ).component()


def _tables(models: list[dict[str, Any]]) -> Any:
    if not models:
        return html.P(
            "The dbt docs did not exist when the dashboard refreshed; 'p360 run' writes them.",
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


def _glossary() -> Any:
    words = {
        "Feed": "a source of files with one declaration.",
        "Line": "a line of text in a file.",
        "Record": "an entry of a file below its header; it may span several lines.",
        "Load": "the content of one file, loaded once.",
        "Row": "an entry of a table. Each record becomes one raw row.",
        "Sale": "an accepted row.",
        "Order": "the sales that share an order id.",
        "Return": "a sale with status Returned: a return, refund or credit note. Its amount and "
        "quantity are positive.",
        "Accepted": "the row passes all rules and counts in the figures.",
        "Quarantined": "the row breaks a rule; it is kept with its rejection reasons.",
        "Duplicate": "an exact copy of a row that counts already.",
        "Superseded": "a later valid record of the same transaction replaces the row.",
        "Run": "one build of the tables.",
        "Live": "what readers see: the last run that passed all its tests.",
        "Score": "how far a sale is from the usual ones; above the threshold it is unusual.",
    }
    return html.Dl(
        [part for word, text in words.items() for part in (html.Dt(word), html.Dd(text))],
        className="facts",
    )


PAGE = Page(
    path="/about",
    name="About the data",
    title="About the data",
    lead="What each figure means, what it includes, and what it leaves out.",
    rows=[
        [
            Panel("about-reading", "Definitions of figures", least_height=220),
            Panel("about-glossary", "Glossary", least_height=220),
        ],
        [
            Panel("about-setting", "Source of the data", least_height=220),
            Panel("about-versions", "Versions", least_height=220),
        ],
        [Panel("about-tables", "Column definitions, from the dbt docs", least_height=200)],
        [Panel("about-rules", "Validation rules", least_height=200)],
    ],
    fill=fill,
    is_filtered=False,
)
