"""Customers: who buys, how much hangs on them, and one of them in detail."""

from __future__ import annotations

from dataclasses import replace

from dashboards import figures
from dashboards.blocks import Bars, Chart, ChartContents, Grid, GridContents, Table
from dashboards.charts import customers_chart, sales_chart, statuses_chart
from dashboards.columns import CUSTOMERS, SALES
from dashboards.data import over_time, sales
from dashboards.page import Contents, Page, View
from dashboards.pages.over_time import grain_of
from dashboards.segments import segments_chart
from dashboards.wording import every_status, less_returns, money_name

_TOP = 15
_HALF = 0.5
_POINTS = 200  # Of a curve; more would not be seen.


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    grain = grain_of(view)
    now = over_time.by_grain(view.data, view.filters, view.days, grain)
    before = over_time.earlier_by_grain(view.data, view.filters, view.days, grain, view.before)
    line = sales_chart(view, now, before, grain)
    if view.filters.customers:
        line = replace(line, title=f"{line.title}: {', '.join(_names(view))}")
    formats = view.formats
    total = sales.totals(view.data, view.filters, view.days)
    everything = sales.all_statuses(view.data, view.filters, view.days)
    many = sales.customer_count(view.data, view.filters, view.days)
    search = view.filters.search()
    return {
        "customers-top": customers_chart(view, _TOP),
        "customers-share": _concentration(view),
        "customers-segments": segments_chart(view),
        "customers-line": line,
        "customers-statuses": statuses_chart(view),
        "customers-all": GridContents(
            f"{formats.plural(many, 'customer')}, {less_returns(total, formats)} in total. "
            "Select an id to filter by that customer.",
            search,
        ),
        "customers-rows": GridContents(
            f"Every status{'' if not view.filters.statuses else ' chosen in the filter'}: "
            f"{every_status(everything, formats)}.",
            search,
        ),
    }


def _names(view: View) -> list[str]:
    found = sales.top_customers(view.data, replace(view.filters, period="all"), view.days, 3)
    names = [one["customer_name"] or one["customer"] for one in found]
    return names or list(view.filters.customers[:3])


def _concentration(view: View) -> ChartContents:
    """Return the cumulative share of sales by customer, largest first."""
    formats, palette = view.formats, view.palette
    everyone = replace(view.filters, customers=())
    shares = sales.cumulative_shares(view.data, everyone, view.days)
    title = "Customer concentration"
    if not shares:
        text = "No sale matches these filters"
        figure = figures.empty(text, palette, formats)
        return ChartContents(title, f"{text}.", figure, Table(["Customers", "Share"], []))
    places = list(range(1, len(shares) + 1))
    half = next(place for place, share in zip(places, shares, strict=True) if share >= _HALF)
    step = max(1, len(shares) // _POINTS)
    drawn = sorted({*range(0, len(shares), step), len(shares) - 1})
    series = figures.Series(
        "cumulative share",
        [places[one] for one in drawn],
        [round(shares[one], 5) for one in drawn],
        palette.accent,
    )
    figure = figures.lines([series], palette, formats, unit="share")
    figure["data"][0]["hovertemplate"] = "top %{x}: %{y:.1%}<extra></extra>"
    figure["layout"]["hovermode"] = "closest"
    figure["layout"]["xaxis"] |= {
        "type": "linear",
        "title": {"text": f"customers, by {money_name(view).lower()}"},
        "hoverformat": ",",
    }
    figure["layout"]["yaxis"] |= {"range": [0, 1.02]}
    marks = sorted({1, 5, 10, 20, 50, 100, half, len(shares)} & set(places))
    return ChartContents(
        title,
        f"The best {formats.plural(half, 'customer')} of {formats.count(len(shares))} make half of "
        "the sales.",
        figure,
        Table(
            ["Top customers by rank", "Cumulative share"],
            [[formats.count(place), formats.percent(shares[place - 1])] for place in marks],
            caption=title,
        ),
    )


PAGE = Page(
    path="/customers",
    name="Customers",
    title="Customers",
    lead="Who are the best customers, and how concentrated are sales? "
    "Select a bar or an id to see one customer.",
    rows=[
        [
            Bars("customers-top", "Top customers", 15),
            Chart("customers-share", "Customer concentration", height=430),
        ],
        [Bars("customers-segments", "Customer segments", 6)],
        [
            Chart("customers-line", "Sales over time", height=260),
            Bars("customers-statuses", "Sales by status"),
        ],
        [Grid("customers-all", "All customers", "customers", CUSTOMERS, "all customers")],
        [
            Grid(
                "customers-rows",
                "Transactions of these customers",
                "all-sales",
                SALES,
                "their sales of every status",
            )
        ],
    ],
    fill=fill,
)
