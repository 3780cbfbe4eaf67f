"""Products: which sell, rise, fall and come back, what they cost, and what is bought with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards import figures
from dashboards.blocks import Bars, Chart, ChartContents, Grid, GridContents, Link, Table
from dashboards.charts import sales_chart
from dashboards.columns import PRODUCTS, SALES
from dashboards.data import over_time, products, sales
from dashboards.data.products import product_names
from dashboards.figures import Figure
from dashboards.page import Contents, Page, View
from dashboards.pages.over_time import grain_of
from dashboards.wording import every_status, less_returns, money_name

_TOP, _MOVERS, _PAIRS = 12, 8, 10
_NO_SALE = "No sale matches these filters"


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    formats, search = view.formats, view.filters.search()
    grain = grain_of(view)
    now = over_time.by_grain(view.data, view.filters, view.days, grain)
    before = over_time.earlier_by_grain(view.data, view.filters, view.days, grain, view.before)
    found = products.summary(view.data, view.filters, view.days, view.before)
    total = sales.totals(view.data, view.filters, view.days)
    everything = sales.all_statuses(view.data, view.filters, view.days)
    return {
        "products-best": _best(view, found),
        "products-worst": _returned(view),
        "products-rising": _movers(view, found, rising=True),
        "products-falling": _movers(view, found, rising=False),
        "products-line": sales_chart(view, now, before, grain),
        "products-price": _price(view, grain),
        "products-pairs": _pairs(view),
        "products-all": GridContents(
            f"{formats.plural(found['products'], 'product')}, {less_returns(total, formats)} in "
            "total. Select a name to filter by that product.",
            search,
        ),
        "products-rows": GridContents(
            f"Every status: {every_status(everything, formats)}.", search
        ),
    }


def _name(one: dict[str, Any]) -> str:
    return str(one["product_name"] or one["product"])


def _bars(
    view: View, found: Sequence[dict[str, Any]], values: list[float], labels: list[str], color: str
) -> Figure:
    """Return products as bars, each leading to that product; those chosen stand out."""
    formats, chosen = view.formats, view.filters.products
    texts = [
        f"{_name(one)} ({one['product']})<br>{formats.money(one['amount'])}"
        + (f"<br>before: {formats.money(one['before'])}" if one["before"] is not None else "")
        for one in found
    ]
    links = [view.narrowed("products", one["product"]) for one in found]
    series = figures.Series(
        money_name(view.filters), values, [_name(one) for one in found], color, links, texts, labels
    )
    faded = {at for at, one in enumerate(found) if chosen and one["product"] not in chosen}
    return figures.ranked(series, view.palette, formats, faded=frozenset(faded))


def _table(view: View, found: Sequence[dict[str, Any]], caption: str) -> Table:
    """Return the same products as a table."""
    formats = view.formats
    has_before = view.before is not None
    rows = [
        [
            Link(f"{_name(one)} ({one['product']})", view.narrowed("products", one["product"])),
            formats.money(one["amount"]),
            *([formats.money(one["before"]), formats.money(one["difference"])] * has_before),
            formats.percent(one["returned_share"]),
            formats.count(one["orders"]),
        ]
        for one in found
    ]
    past = ["Previous period", "Difference"] * has_before
    names = ["Product", money_name(view.filters), *past, "Returned", "Orders"]
    return Table(names, rows, caption=caption)


def _nothing(view: View, title: str, text: str) -> ChartContents:
    blank = figures.empty(text, view.palette, view.formats)
    return ChartContents(title, f"{text}.", blank, Table(["Product"], []))


def _best(view: View, found: dict[str, Any]) -> ChartContents:
    """Return the best products of the period."""
    formats, title = view.formats, "Best products"
    everyone = view.without("products")
    top = products.ranked(view.data, everyone, view.days, view.before, "amount desc", _TOP)
    top = [one for one in top if one["amount"] > 0]
    if not top:
        return _nothing(view, title, _NO_SALE)
    labels = [
        f"{formats.short_money(one['amount'])} · {formats.percent(one['share'])}" for one in top
    ]
    amounts = [float(one["amount"]) for one in top]
    together = sum(one["amount"] for one in top)
    share = formats.percent(sum(one["share"] for one in top))
    nobody = (
        f" {formats.money(found['unknown'])} have no product and no rank."
        if found["unknown"]
        else ""
    )
    return ChartContents(
        title,
        f"The best {len(top)} make {formats.money(together)}, {share} of the products' "
        f"{money_name(view.filters).lower()}.{nobody}",
        _bars(view, top, amounts, labels, view.palette.accent),
        _table(view, top, title),
    )


def _returned(view: View) -> ChartContents:
    """Return the products of which most comes back, in money."""
    formats, title = view.formats, "Most returned"
    order = "returned desc"
    found = products.ranked(
        view.data, view.without("products"), view.days, view.before, order, _TOP
    )
    found = [one for one in found if one["returned"] > 0]
    if not found:
        return _nothing(view, title, "No returns are taken off in this period")

    def share(one: dict[str, Any]) -> str:
        # More may come back than was sold in the same period: no share of it then.
        part = one["returned_share"]
        return "more than was sold" if part is None or part > 1 else formats.percent(part)

    labels = [f"{formats.short_money(one['returned'])} · {share(one)}" for one in found]
    first = found[0]
    return ChartContents(
        title,
        f"{_name(first)}: {formats.money(first['returned'])} came back ({share(first)}). The share "
        "is of the sales before returns in this period.",
        _bars(
            view, found, [float(one["returned"]) for one in found], labels, view.palette.returned
        ),
        _table(view, found, title),
    )


def _movers(view: View, found: dict[str, Any], *, rising: bool) -> ChartContents:
    """Return the products that gained or lost most against the previous period."""
    formats, palette = view.formats, view.palette
    title = "Rising against previous period" if rising else "Falling against previous period"
    if view.before is None:
        return _nothing(view, title, "No previous period to compare with")
    order = "difference desc" if rising else "difference asc"
    everyone = view.without("products")
    moved = products.ranked(view.data, everyone, view.days, view.before, order, _MOVERS)
    moved = [one for one in moved if (one["difference"] > 0) == rising and one["difference"]]
    if not moved:
        return _nothing(view, title, f"No product {'rose' if rising else 'fell'}")
    sign = "+" if rising else "−"
    labels = [
        f"{sign}{formats.short_money(abs(one['difference']))} · "
        + ("new" if not one["before"] else formats.change(one["amount"], one["before"]).text)
        for one in moved
    ]
    many = formats.plural(found["risen" if rising else "fallen"], "product")
    return ChartContents(
        title,
        f"{many} {'rose' if rising else 'fell'}; together these {len(moved)} "
        f"{'gained' if rising else 'lost'} "
        f"{formats.money(abs(sum(one['difference'] for one in moved)))}, {view.versus}.",
        _bars(
            view,
            moved,
            [float(abs(one["difference"])) for one in moved],
            labels,
            palette.good if rising else palette.bad,
        ),
        _table(view, moved, title),
    )


def _price(view: View, grain: str) -> ChartContents:
    """Return the mean price of a piece over time, its lowest and highest as a band."""
    formats, palette = view.formats, view.palette
    bucket = over_time.bucket_of(view.data, "sale_date", grain)
    rows = products.prices(view.data, view.filters, view.days, bucket)
    chosen = product_names(view.data, view.filters.products)
    of = ", ".join(chosen.values()) or "all products"
    title = "Price over time"
    if not rows:
        return _nothing(view, title, _NO_SALE)
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


def _pairs(view: View) -> ChartContents:
    """Return what stood in the same orders."""
    formats, title = view.formats, "Bought together"
    found = products.bought_together(view.data, view.filters, view.days, _PAIRS)
    if not found:
        return _nothing(view, title, "No order holds two products")
    chosen = bool(view.filters.products)
    names = [
        one["other_name"] if chosen else f"{one['product_name']} + {one['other_name']}"
        for one in found
    ]
    links = [view.narrowed("products", one["other"]) for one in found]
    series = figures.Series(
        "orders",
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


PAGE = Page(
    path="/products",
    name="Products",
    title="Products",
    lead="Which products sell, rise, fall and come back? "
    "Select a bar or a name to see one product.",
    rows=[
        [
            Bars("products-best", "Best products", 12),
            Bars("products-worst", "Most returned", 12),
        ],
        [
            Bars("products-rising", "Rising against previous period", 8),
            Bars("products-falling", "Falling against previous period", 8),
        ],
        [
            Chart("products-line", "Sales over time", height=260),
            Chart("products-price", "Price over time", height=260),
        ],
        [Bars("products-pairs", "Bought together", 10, "block-wide-name")],
        [Grid("products-all", "All products", "products", PRODUCTS, "all products")],
        [
            Grid(
                "products-rows",
                "Transactions of these products",
                "all-sales",
                SALES,
                "their sales of every status",
            )
        ],
    ],
    fill=fill,
)
