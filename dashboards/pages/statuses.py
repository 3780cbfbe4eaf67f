"""Status: what became of the sales, in money and in number, and how that mix moves."""

from __future__ import annotations

from dashboards import figures
from dashboards.blocks import Bars, Chart, ChartContents, Grid, GridContents, Link, Table
from dashboards.charts import statuses_chart
from dashboards.columns import SALES
from dashboards.data import over_time, sales
from dashboards.data.conditions import RETURNED
from dashboards.page import Contents, Page, View, one_bucket
from dashboards.wording import every_status


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    formats = view.formats
    everything = sales.all_statuses(view.data, view.filters, view.days)
    return {
        "status-amounts": statuses_chart(view),
        "status-counts": _counts(view),
        "status-mix": _mix(view),
        "status-rows": GridContents(
            f"{every_status(everything, formats)}.",
            view.filters.search(),
        ),
    }


def _counts(view: View) -> ChartContents:
    formats, palette = view.formats, view.palette
    found = sales.by_status(view.data, view.filters, view.days)
    whole = sum(one["sales"] for one in found)
    title = "Number of sales by status"
    if not found:
        text = "No sale matches these filters"
        return ChartContents(
            title, f"{text}.", figures.empty(text, palette, formats), Table(["Status", "Sales"], [])
        )
    found.sort(key=lambda one: -one["sales"])
    links = [view.narrowed("statuses", one["status"]) for one in found]
    series = figures.Series(
        "sales",
        [one["sales"] for one in found],
        [one["status"] for one in found],
        palette.accent,
        links=links,
        labels=[
            f"{formats.count(one['sales'])} · {formats.percent(one['sales'] / whole)}"
            for one in found
        ],
        texts=[f"{one['status']}<br>{formats.plural(one['sales'], 'sale')}" for one in found],
    )
    figure = figures.ranked(series, palette, formats, faded=frozenset())
    figure["data"][0]["marker"]["color"] = [palette.of_status(one["status"]) for one in found]
    rows = [
        [Link(one["status"], link), formats.count(one["sales"]), formats.count(one["orders"])]
        for one, link in zip(found, links, strict=True)
    ]
    included = ", returns included" if any(one["status"] == RETURNED for one in found) else ""
    summary = f"{formats.plural(whole, 'sale')} in all{included}."
    table = Table(["Status", "Sales", view.label("orders")], rows, caption=title)
    return ChartContents(title, summary, figure, table)


def _mix(view: View) -> ChartContents:
    """Return the share of each status in the worth of each week."""
    formats, palette = view.formats, view.palette
    grain = "week" if len(view.days) > 21 else "day"
    found = over_time.status_mix(view.data, view.filters, view.days, grain)
    title = f"Status mix by {grain}"
    if not found:
        text = "No sale matches these filters"
        return ChartContents(
            title, f"{text}.", figures.empty(text, palette, formats), Table([grain], [])
        )
    statuses = [one for one in view.data.domain.statuses if any(row[one] for row in found)]
    series = []
    for status in statuses:
        amounts = [float(row[status]) for row in found]
        totals = [float(row["total"]) or 1.0 for row in found]
        series.append(
            figures.Series(
                status,
                [row["bucket"].isoformat() for row in found],
                amounts,
                palette.of_status(status),
                links=[view.here(one_bucket(view, row["bucket"], grain)) for row in found],
                texts=[
                    f"{grain} of {formats.day(row['bucket'])}<br>{status} "
                    f"{formats.money(row[status])}"
                    f" ({formats.percent(amount / total)})"
                    for row, amount, total in zip(found, amounts, totals, strict=True)
                ],
            )
        )
    rows = [
        [
            Link(formats.day(row["bucket"]), view.here(one_bucket(view, row["bucket"], grain))),
            *(formats.money(row[status]) for status in statuses),
        ]
        for row in found
    ]
    return ChartContents(
        title,
        f"Share of each status in the amount of each {grain}; select a bar to see that {grain}.",
        figures.stacked(series, palette, formats, is_share=True),
        Table([grain.capitalize(), *statuses], rows, caption=title),
    )


PAGE = Page(
    path="/status",
    name="Status",
    title="Status",
    lead="How much is completed, pending, cancelled or returned? "
    "Select a bar to filter by its status.",
    rows=[
        [
            Bars("status-amounts", "Sales by status"),
            Bars("status-counts", "Number of sales by status"),
        ],
        [Chart("status-mix", "Status mix by week", height=300)],
        [
            Grid(
                "status-rows",
                "Sales in these figures",
                "all-sales",
                SALES,
                "these sales of every status",
            )
        ],
    ],
    fill=fill,
)
