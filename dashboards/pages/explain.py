"""One figure, taken apart: what it means, how it is made, of which rows and without which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboards.blocks import Grid, GridContents, Panel, Table, Tabs
from dashboards.columns import SALES
from dashboards.data import health, quality, sales
from dashboards.page import Contents, Page, View
from dashboards.pages.about import FRESHNESS, FRESHNESS_IS
from dashboards.pages.over_time import sales_behind
from dashboards.wording import gross_name, left_out, money_name, period_name


@dataclass(frozen=True)
class Figure:
    """A figure of the first screen.

    Attributes:
        metric: Name of the metric; blank for the one figure that is none.
        formula: Returns it as a sum with this period's numbers.
    """

    metric: str
    formula: Callable[[View, sales.Totals], str]


def _net(view: View, total: sales.Totals) -> str:
    money = view.formats.money
    if not total.returns:
        return f"{gross_name(view)} {money(total.gross)} = {money(total.amount)}"
    return (
        f"{gross_name(view)} {money(total.gross)} − returned sales "
        f"{money(total.returned)} = {money(total.amount)}"
    )


def _orders(view: View, total: sales.Totals) -> str:
    formats = view.formats
    return (
        f"{formats.plural(total.sales, 'sale')} in {formats.plural(total.orders, 'order')}; "
        f"{formats.plural(total.returns, 'return')} open none"
    )


def _average(view: View, total: sales.Totals) -> str:
    formats = view.formats
    return (
        f"{gross_name(view)} {formats.money(total.gross)} ÷ "
        f"{formats.plural(total.orders, 'order')} = {formats.money(total.average)}"
    )


def _rate(view: View, _: sales.Totals) -> str:
    formats = view.formats
    aside = sales.set_aside(view.data, view.filters, view.days)
    everything = sales.all_statuses(view.data, view.filters, view.days)
    accepted = everything.sales + everything.returns
    rate = sales.rejection_rate(view.data, view.filters, view.days)
    return (
        f"{formats.plural(aside.rows, 'quarantined row')} ÷ ({formats.count(aside.rows)} + "
        f"{formats.plural(accepted, 'accepted row')}) = {formats.percent(rate, 2)}"
    )


def _age(view: View, _: sales.Totals) -> str:
    formats = view.formats
    return (
        f"now, {formats.moment(view.now)}, less {formats.moment(view.data.manifest.newest_sale_at)}"
    )


FIGURES = {
    "net-sales": Figure("net_sales", _net),
    "orders": Figure("orders", _orders),
    "average-order": Figure("average_order_value", _average),
    "rejection-rate": Figure("rejection_rate", _rate),
    "freshness": Figure("", _age),
}
_FIRST = "net-sales"


def address(view: View, figure: str) -> str:
    """Return the address of the page that explains a figure under the filters of a page."""
    return PAGE.path + view.filters.with_extra("figure", figure).search()


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    asked = view.filters.extra("figure", _FIRST)
    asked = asked if asked in FIGURES else _FIRST
    figure = FIGURES[asked]
    total = sales.totals(view.data, view.filters, view.days)
    behind = sales_behind(view)
    search = view.filters.with_extra("figure", "").search()
    return {
        "explain-figure": [
            (_label(view, one), address(view, key), key == asked) for key, one in FIGURES.items()
        ],
        "explain-made": _made(view, figure, total, behind.summary),
        "explain-left-out": _left_out(view, search),
        "explain-run": _run(view),
        "explain-tests": _tests(view),
        "explain-rows": GridContents(behind.summary, search),
    }


def _label(view: View, figure: Figure) -> str:
    return view.label(figure.metric) if figure.metric else FRESHNESS


def _facts(facts: dict[str, Any]) -> Any:
    return html.Dl(
        [part for name, fact in facts.items() for part in (html.Dt(name), html.Dd(fact))],
        className="facts",
    )


def _made(view: View, figure: Figure, total: sales.Totals, behind: str) -> Any:
    name = money_name(view) if figure.metric == "net_sales" else _label(view, figure)
    meaning = view.data.metrics[figure.metric].description if figure.metric else FRESHNESS_IS
    return _facts(
        {
            "Figure": f"{name}, {period_name(view.filters, view.days, view.data)}",
            "Definition": meaning[:1].upper() + meaning[1:],
            "Formula": figure.formula(view, total),
            "Rows in it": behind.partition(" Also ")[0],
            "Unusual sales": "Included, like all accepted sales.",
        }
    )


def _left_out(view: View, search: str) -> Any:
    formats = view.formats
    aside = sales.set_aside(view.data, view.filters, view.days)
    undated = sales.undated_rows(view.data)
    text = left_out(aside, formats)
    text = text[:1].upper() + text[1:] + "."
    if undated and view.filters.period != "all":
        text += f" {formats.plural(undated, 'row')} more without a readable date are in no period."
    rows = quality.reasons(view.data, view.filters.with_extra("reason", ""), view.days)
    table = Table(
        ["Reason", "Rows", "Readable amount", "Meaning"],
        [
            [
                one["reason"].replace("_", " "),
                formats.count(one["rejected"]),
                formats.money(one["amount"]),
                one["meaning"],
            ]
            for one in rows
        ],
        caption="Rows left out, by reason",
    )
    return [
        html.P(text, className="block-summary"),
        *([table.component()] if rows else []),
        html.P(
            [
                "Duplicates and superseded records are left out as well: the sale that they repeat "
                "counts. ",
                dcc.Link("See the quarantined rows", href="/quality" + search),
            ],
            className="block-summary",
        ),
    ]


def _run(view: View) -> Any:
    formats, manifest = view.formats, view.data.manifest
    return _facts(
        {
            "Run": manifest.run_id,
            "Went live": formats.moment(manifest.went_live_at),
            "Newest sale": formats.moment(manifest.newest_sale_at),
            "Newest load": formats.moment(manifest.newest_load_at),
            "Feed": ", ".join(manifest.feeds),
        }
    )


def _tests(view: View) -> Any:
    """Return how the tests of the live tables ended; those that did not pass by name."""
    formats = view.formats
    rows = health.newest_results(view.data, health.TESTS, "test")
    if not rows:
        return html.P("No tests are recorded in this schema.", className="block-summary")
    amiss = [row for row in rows if row["status"] not in ("pass", "success")]
    passed = len(rows) - len(amiss)
    on_sales = [row for row in rows if "sales" in row["name"]]
    text = (
        f"{formats.count(passed)} of {formats.plural(len(rows), 'test')} passed, "
        f"{formats.count(len(on_sales))} of them on tables of sales."
    )
    return [
        html.P(text, className=f"verdict is-{'warn' if amiss else 'good'}"),
        *(
            [
                Table(
                    ["Test", "Result", "Message"],
                    [[row["name"], row["status"], row["message"] or ""] for row in amiss],
                    caption="Tests that did not pass",
                ).component()
            ]
            if amiss
            else []
        ),
        html.P(dcc.Link("See all tests", href="/health"), className="block-summary"),
    ]


PAGE = Page(
    path="/explain",
    name="Explain a figure",
    title="Explain a figure",
    lead="What it means, how it is made, which rows are in it and which are left out.",
    rows=[
        [Tabs("explain-figure", "Figures")],
        [
            Panel("explain-made", "How it is made", least_height=180),
            Panel("explain-run", "Run", least_height=180),
        ],
        [Panel("explain-left-out", "Rows left out", least_height=160)],
        [Panel("explain-tests", "Tests", least_height=80)],
        [Grid("explain-rows", "Sales in this figure", "counted-sales", SALES, "these sales")],
    ],
    fill=fill,
    is_listed=False,
)
