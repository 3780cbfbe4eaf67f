"""What products cost over time, and what is bought together."""

from __future__ import annotations

from dashboards import figures
from dashboards.blocks import ChartContents, Link, Table
from dashboards.data import over_time, products
from dashboards.data.products import product_names
from dashboards.page import View
from dashboards.pages.products.ranking import nothing

_PAIRS = 10
_NO_SALE = "No sale matches these filters"


def price(view: View, grain: str) -> ChartContents:
    """Return the mean price of a piece over time, its lowest and highest as a band."""
    formats, palette = view.formats, view.palette
    bucket = over_time.bucket_of(view.data, "sale_date", grain)
    rows = products.prices(view.data, view.filters, view.days, bucket)
    chosen = product_names(view.data, view.filters.products)
    of = ", ".join(chosen.values()) or "all products"
    title = "Price over time"
    if not rows:
        return nothing(view, title, _NO_SALE)
    days = [one["bucket"].isoformat() for one in rows]
    texts = [
        f"{formats.unit_money(one['mean'])} a piece, {formats.unit_money(one['lowest'])} to "
        f"{formats.unit_money(one['highest'])}; {formats.number(one['quantity'])} sold"
        for one in rows
    ]
    mean = figures.Series("mean price", days, [one["mean"] for one in rows], palette.accent)
    figure = figures.lines([mean], palette, formats)
    figure["data"][0] |= {"hovertext": texts, "hoverinfo": "text"}
    figure["data"][0].pop("fill", None)
    pieces = sum(one["quantity"] for one in rows)
    whole = sum(one["mean"] * one["quantity"] for one in rows) / pieces
    hint = "" if view.filters.products else " Select a product to see its own price."
    return ChartContents(
        title,
        f"{formats.unit_money(whole)} for a piece of {of} on average, between "
        f"{formats.unit_money(min(one['lowest'] for one in rows))} and "
        f"{formats.unit_money(max(one['highest'] for one in rows))}.{hint}",
        figure,
        Table(
            [grain.capitalize(), "Mean price", "Lowest", "Highest", "Pieces"],
            [
                [
                    formats.day(one["bucket"]),
                    *(formats.unit_money(one[name]) for name in ("mean", "lowest", "highest")),
                    formats.number(one["quantity"]),
                ]
                for one in rows
            ],
            caption=title,
        ),
    )


def pairs(view: View) -> ChartContents:
    """Return what stood in the same orders."""
    formats, title = view.formats, "Bought together"
    found = products.bought_together(view.data, view.filters, view.days, _PAIRS)
    if not found:
        return nothing(view, title, "No order holds two products")
    chosen = bool(view.filters.products)
    names = [
        one["other_name"] if chosen else f"{one['product_name']} + {one['other_name']}"
        for one in found
    ]
    links = [view.narrowed("products", one["other"]) for one in found]
    series = figures.Series(
        "orders with both",
        [one["orders"] for one in found],
        names,
        view.palette.accent,
        links,
        [
            f"{name}<br>{formats.plural(one['orders'], 'order')}"
            for name, one in zip(names, found, strict=True)
        ],
        [f"{formats.count(one['orders'])} · {formats.percent(one['share'])}" for one in found],
    )
    first = found[0]
    return ChartContents(
        title,
        f"{formats.plural(first['orders'], 'order')} with {first['product_name']} also held "
        f"{first['other_name']}, {formats.percent(first['share'])} of its orders. Orders of more "
        "than 60 products are left out.",
        figures.ranked(series, view.palette, formats, faded=frozenset()),
        Table(
            ["With", "Product", "Orders with both", "Share of its orders"],
            [
                [
                    Link(f"{one['other_name']} ({one['other']})", link),
                    f"{one['product_name']} ({one['product']})",
                    formats.count(one["orders"]),
                    formats.percent(one["share"]),
                ]
                for one, link in zip(found, links, strict=True)
            ],
            caption=title,
        ),
    )
