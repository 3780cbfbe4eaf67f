"""One sale: why it is unusual, and what else its customer bought."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards import figures
from dashboards.blocks import ChartContents, Table
from dashboards.data import unusual
from dashboards.page import View


def sale_contents(view: View, row: dict[str, Any] | None) -> Any:
    """Return the facts of one sale and what makes it unusual."""
    if row is None:
        return html.P("No unusual sale matches these filters.", className="block-summary")
    formats = view.formats
    facts = {
        "Sale": row["sale"],
        "Time": formats.moment(row["sale_at"]),
        "Customer": dcc.Link(
            f"{row['customer_name']} ({row['customer']})"
            if row["customer_name"]
            else row["customer"],
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
            ["Feature", "Share of score"],
            [[name.replace("_", " "), formats.percent(share)] for name, share in shares],
            caption="Contribution to the score",
        ).component()
        if shares
        else "",
    ]


def past_contents(
    view: View, chosen: dict[str, Any] | None, odd: list[dict[str, Any]]
) -> ChartContents:
    """Return the sales of the same customer, the unusual ones outlined."""
    formats, palette = view.formats, view.palette
    title = "Customer's purchase history"
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
        f"Purchases by {name}",
        f"{formats.plural(len(rows), 'sale')}; outlined sales are unusual.",
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
