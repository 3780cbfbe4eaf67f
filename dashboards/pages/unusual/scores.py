"""Which sales stand out, against their group and among all scores."""

from __future__ import annotations

from typing import Any

from dashboards import figures
from dashboards.blocks import ChartContents, Link, Table
from dashboards.data import unusual
from dashboards.data.unusual import Scores
from dashboards.page import View


def clusters_contents(
    view: View, usual: list[dict[str, Any]], odd: list[dict[str, Any]]
) -> ChartContents:
    """Return the amounts of sales by group, the unusual ones outlined."""
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
        "Amount by group",
        f"{formats.plural(len(clusters), 'group')} of similar sales; "
        f"{formats.count(len(odd))} unusual and {formats.count(len(usual))} usual sales are drawn.",
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


def scores_contents(view: View, scores: Scores, threshold: float) -> ChartContents:
    """Return how many sales have which score."""
    formats = view.formats
    edges, counts = unusual.histogram(view.data, scores, view.filters)
    if not edges:
        text = "No sale matches these filters"
        blank = figures.empty(text, view.palette, formats)
        return ChartContents("Distribution of scores", f"{text}.", blank, Table(["Score"], []))
    beyond = sum(n for edge, n in zip(edges, counts, strict=False) if edge >= threshold)
    return ChartContents(
        "Distribution of scores",
        f"Scores of {formats.plural(sum(counts), 'sale')}; the dashed line is the threshold; "
        "the scale is logarithmic.",
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
