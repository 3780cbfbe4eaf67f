"""Unusual sales: which stand out, why, and what another budget would flag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import figures
from dashboards.blocks import Chart, ChartContents, Grid, GridContents, Link, Panel, Property, Table
from dashboards.columns import UNUSUAL
from dashboards.data import unusual
from dashboards.data.unusual import Scores
from dashboards.page import Contents, Page, View

_BUDGETS = (0.1, 5.0, 0.1)  # Least, most and step, in percent of all sales.
_NO_SCORES = "No scoring is live yet; 'p360 score' fills this"


@dataclass(frozen=True)
class Budget:
    """The slider for the budget, and what it would flag."""

    id: str = "unusual-budget"

    def layout(self) -> Component:
        """Return its place on the page."""
        least, most, step = _BUDGETS
        return html.Section(
            [
                html.H2("What if the budget were another?", className="block-title"),
                html.P(" ", id=f"{self.id}-summary", className="block-summary"),
                dcc.Store(id=f"{self.id}-given"),
                html.Div(
                    dmc.Slider(
                        id=f"{self.id}-slider",
                        min=least,
                        max=most,
                        step=step,
                        precision=1,
                        value=0.5,
                        updatemode="mouseup",
                        label={"function": "percent"},
                        marks=[{"value": n, "label": f"{n} %"} for n in (0.5, *range(2, 6))],
                        thumbLabel="Budget in percent of all sales",
                    ),
                    className="slider",
                ),
            ],
            className="block",
            **{"aria-label": "Budget"},
        )

    def properties(self) -> list[Property]:
        """Return the properties that its contents fill."""
        return [
            (f"{self.id}-summary", "children"),
            (f"{self.id}-slider", "value"),
            (f"{self.id}-given", "data"),
        ]

    def values(self, contents: tuple[str, float]) -> list[Any]:
        """Return the values of these properties."""
        text, value = contents
        return [text, value, value]


def budget_of(view: View) -> float | None:
    """Return the budget asked for, in percent; None for what the job itself flags."""
    try:
        asked = float(view.filters.extra("budget"))
    except ValueError:
        return None
    least, most, _ = _BUDGETS
    return asked if least <= asked <= most else None


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
    return {
        "unusual-budget": _budget(view, scores, budget, len(odd)),
        "unusual-clusters": _clusters(view, usual, odd),
        "unusual-scores": _scores(view, scores, threshold),
        "unusual-sale": _sale(view, chosen),
        "unusual-past": _past(view, chosen, odd),
        "unusual-rows": GridContents(
            f"{view.formats.plural(len(odd), 'unusual sale')}, together "
            f"{view.formats.money(sum(one['sales'] for one in odd))}; the most unusual first. "
            "They are counted in all figures: unusual is not wrong.",
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
                "The scoring job looks at every accepted sale and says which stand out, and why.",
                className="block-summary",
            ),
            html.Pre("p360 score", className="command"),
        ],
        "unusual-past": chart,
        "unusual-rows": GridContents(f"{_NO_SCORES}."),
    }


def _budget(view: View, scores: Scores, budget: float | None, shown: int) -> tuple[str, float]:
    formats = view.formats
    own = 100 * scores.flagged / scores.scored
    text = (
        f"The job flags {formats.plural(scores.flagged, 'sale')} of {formats.count(scores.scored)} "
        f"({own:.2f} %). "
    )
    if budget is not None:
        would = max(1, round(scores.scored * budget / 100))
        text += f"A budget of {budget:g} % would flag {formats.count(would)}. "
    return (
        f"{text}{formats.count(shown)} of them stand under the filters of this page.",
        budget if budget is not None else round(min(max(own, _BUDGETS[0]), _BUDGETS[1]), 1),
    )


def _clusters(view: View, usual: list[dict[str, Any]], odd: list[dict[str, Any]]) -> ChartContents:
    formats, palette = view.formats, view.palette
    series = [
        figures.Series(
            name,
            [one["cluster"] + _beside(one["sale"]) for one in rows],
            [float(one["sales"]) for one in rows],
            color,
            links=[view.here(view.filters.with_extra("sale", one["sale"])) for one in rows],
            texts=[
                f"{one['sale']}, {formats.day(one['sale_date'])}<br>"
                f"{one['customer_name'] or one['customer']}<br>{formats.money(one['sales'])}"
                for one in rows
            ],
        )
        for name, rows, color in (("usual", usual, palette.accent), ("unusual", odd, palette.bad))
    ]
    clusters = sorted({one["cluster"] for one in [*usual, *odd]})
    figure = figures.points(
        series[0], series[1], palette, formats, x_names={one: f"group {one}" for one in clusters}
    )
    return ChartContents(
        "Amount against group",
        f"{formats.plural(len(odd), 'sale')} {'stands' if len(odd) == 1 else 'stand'} out among "
        f"{formats.plural(len(clusters), 'group')} of like sales; "
        f"{formats.count(len(usual))} usual ones are drawn.",
        figure,
        Table(
            ["Sale", "Customer", "Group", "Amount", "Why"],
            [
                [
                    Link(one["sale"], view.here(view.filters.with_extra("sale", one["sale"]))),
                    one["customer_name"] or one["customer"],
                    str(one["cluster"]),
                    formats.money(one["sales"]),
                    one["why"] or "",
                ]
                for one in odd[:100]
            ],
            caption="Unusual sales",
        ),
    )


def _beside(sale: str) -> float:
    """Return a small step aside, the same for a sale each time, so that points do not cover."""
    return (sum(sale.encode()) * 37 % 101 / 101 - 0.5) * 0.6


def _scores(view: View, scores: Scores, threshold: float) -> ChartContents:
    formats = view.formats
    edges, counts = unusual.histogram(view.data, scores, view.filters)
    if not edges:
        text = "No sale matches these filters"
        blank = figures.empty(text, view.palette, formats)
        return ChartContents("How far from usual", f"{text}.", blank, Table(["Score"], []))
    beyond = sum(n for edge, n in zip(edges, counts, strict=False) if edge >= threshold)
    return ChartContents(
        "How far from usual",
        f"Scores of {formats.plural(sum(counts), 'sale')}; the dashed line is the threshold, "
        "counts stand on a logarithmic scale.",
        figures.histogram(edges, counts, threshold, view.palette, formats),
        Table(
            ["Score from", "to", "Sales"],
            [
                [f"{low:.2f}", f"{high:.2f}", formats.count(n)]
                for low, high, n in zip(edges, edges[1:], counts, strict=False)
                if n
            ],
            caption=f"Scores; about {beyond} beyond the threshold",
        ),
    )


def _sale(view: View, row: dict[str, Any] | None) -> Any:
    if row is None:
        return html.P("No unusual sale matches these filters.", className="block-summary")
    formats = view.formats
    facts = {
        "Sale": row["sale"],
        "Time": formats.moment(row["sale_at"]),
        "Customer": dcc.Link(
            f"{row['customer_name'] or ''} ({row['customer']})",
            href="/customers" + view.filters.add("customers", row["customer"]).search(),
        ),
        "Product": f"{row['product_name'] or row['product']}, {row['category']}",
        "Amount": f"{formats.money(row['sales'])} = {formats.number(row['quantity'])} × "
        f"{formats.number(row['unit_price'])}",
        "Status": row["status"],
        "Score": f"{float(row['score']):.3f}",
        "Raw row": row["raw_row"],
    }
    shares = unusual.shares_of(row)
    return [
        html.P(row["why"] or "", className="block-lead"),
        html.Dl(
            [part for name, fact in facts.items() for part in (html.Dt(name), html.Dd(fact))],
            className="facts",
        ),
        Table(
            ["Feature", "Share of the score"],
            [[name.replace("_", " "), formats.percent(share)] for name, share in shares],
            caption="What makes it unusual",
        ).component()
        if shares
        else "",
    ]


def _past(view: View, chosen: dict[str, Any] | None, odd: list[dict[str, Any]]) -> ChartContents:
    formats, palette = view.formats, view.palette
    title = "The customer's past"
    if chosen is None:
        text = "No unusual sale matches these filters"
        blank = figures.empty(text, palette, formats)
        return ChartContents(title, f"{text}.", blank, Table(["Sale"], []))
    rows = unusual.past_of(view.data, chosen["customer"])
    flagged = {one["sale"] for one in odd} | {chosen["sale"]}
    sides = [
        figures.Series(
            name,
            [one["sale_at"].isoformat() for one in rows if (one["sale"] in flagged) == is_odd],
            [float(one["sales"]) for one in rows if (one["sale"] in flagged) == is_odd],
            color,
            texts=[
                f"{one['sale']}, {formats.moment(one['sale_at'])}<br>{formats.money(one['sales'])}"
                for one in rows
                if (one["sale"] in flagged) == is_odd
            ],
        )
        for name, is_odd, color in (
            ("other sales", False, palette.accent),
            ("unusual", True, palette.bad),
        )
    ]
    figure = figures.points(sides[0], sides[1], palette, formats, x_names={})
    figure["layout"]["xaxis"] |= {"type": "date", "tickvals": None, "ticktext": None}
    figure["data"][0]["marker"] |= {"opacity": 0.8, "size": 7}
    name = chosen["customer_name"] or chosen["customer"]
    return ChartContents(
        f"What {name} bought",
        f"{formats.plural(len(rows), 'sale')}; the outlined ones stand out.",
        figure,
        Table(
            ["Time", "Sale", "Product", "Amount"],
            [
                [
                    formats.moment(one["sale_at"]),
                    one["sale"],
                    one["product_name"] or "",
                    formats.money(one["sales"]),
                ]
                for one in rows[::-1][:100]
            ],
            caption=title,
        ),
    )


PAGE = Page(
    path="/unusual",
    name="Unusual sales",
    title="Unusual sales",
    lead="Which sales stand out, and why? They are counted everywhere: unusual is not wrong.",
    rows=[
        [
            Chart("unusual-clusters", "Amount against group", height=320),
            Chart("unusual-scores", "How far from usual", height=320),
        ],
        [Budget()],
        [
            Panel("unusual-sale", "One sale: a mark or an id leads to another", least_height=280),
            Chart("unusual-past", "The customer's past", height=280),
        ],
        [Grid("unusual-rows", "Unusual sales, most unusual first", "unusual-sales", UNUSUAL)],
    ],
    fill=fill,
)
