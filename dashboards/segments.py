"""What segments of customers are worth, on the pages of customers and of who buys."""

from __future__ import annotations

from dashboards import figures
from dashboards.blocks import ChartContents, Table
from dashboards.data.customers import customer_segments
from dashboards.page import View


def segments_chart(view: View) -> ChartContents:
    """Return what each segment of customers is worth; filters leave it alone."""
    formats, palette = view.formats, view.palette
    found = customer_segments(view.data)
    title = "Customer segments"
    net = view.label("net_sales")
    names = ["Segment", "Customers", view.label("orders"), net, "Mean days since last order"]
    if not found:
        text = "No customer has a completed sale"
        figure = figures.empty(text, palette, formats)
        return ChartContents(title, f"{text}.", figure, Table(names, []))
    series = figures.Series(
        net.lower(),
        [float(one["lifetime_value"]) for one in found],
        [one["segment"] for one in found],
        palette.accent,
        labels=[
            f"{formats.short_money(one['lifetime_value'])} · "
            f"{formats.count(one['number_of_customers'])}"
            for one in found
        ],
        texts=[
            f"{one['segment']}<br>{formats.money(one['lifetime_value'])}<br>"
            f"{formats.plural(one['number_of_customers'], 'customer')}, "
            f"{formats.plural(one['number_of_orders'], 'order')}"
            for one in found
        ],
    )
    figure = figures.ranked(series, palette, formats, faded=frozenset())
    rows = [
        [
            one["segment"],
            formats.count(one["number_of_customers"]),
            formats.count(one["number_of_orders"]),
            formats.money(one["lifetime_value"]),
            formats.count(round(one["average_days_since_last_order"])),
        ]
        for one in found
    ]
    best = found[0]
    return ChartContents(
        title,
        f"{best['segment']} make {formats.percent(float(best['value_share']))} of {net.lower()}: "
        f"{formats.plural(best['number_of_customers'], 'customer')}, "
        f"{formats.percent(float(best['customer_share']))} of all. By recency, frequency and "
        "amount of all sales; filters do not apply.",
        figure,
        Table(names, rows, caption=title),
    )
