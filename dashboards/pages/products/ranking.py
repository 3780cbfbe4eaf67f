"""Products as bars: the best, those that come back, and those that rise and fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards import figures
from dashboards.blocks import ChartContents, Link, Table
from dashboards.data import products, sales
from dashboards.figures import Figure
from dashboards.page import View
from dashboards.wording import money_name

_MOST, _MOVERS = 12, 8
_NO_SALE = "No sale matches these filters"


def name_of(one: dict[str, Any]) -> str:
    """Return what to call a product: its name, else its id."""
    return str(one["product_name"] or one["product"])


def _bars(
    view: View, found: Sequence[dict[str, Any]], values: list[float], labels: list[str], color: str
) -> Figure:
    """Return products as bars, each leading to that product; those chosen stand out."""
    formats, chosen = view.formats, view.filters.products
    texts = [
        f"{name_of(one)} ({one['product']})<br>{formats.money(one['amount'])}"
        + (f"<br>before: {formats.money(one['before'])}" if one["before"] is not None else "")
        for one in found
    ]
    links = [view.narrowed("products", one["product"]) for one in found]
    series = figures.Series(
        money_name(view),
        values,
        [name_of(one) for one in found],
        color,
        links,
        texts,
        labels,
    )
    faded = {at for at, one in enumerate(found) if chosen and one["product"] not in chosen}
    return figures.ranked(series, view.palette, formats, faded=frozenset(faded))


def _table(view: View, found: Sequence[dict[str, Any]], caption: str) -> Table:
    """Return the same products as a table."""
    formats = view.formats
    has_before = view.before is not None
    rows = [
        [
            Link(f"{name_of(one)} ({one['product']})", view.narrowed("products", one["product"])),
            formats.money(one["amount"]),
            *([formats.money(one["before"]), formats.money(one["difference"])] * has_before),
            formats.percent(one["returned_share"]),
            formats.count(one["orders"]),
        ]
        for one in found
    ]
    past = [view.earlier.capitalize(), "Difference"] * has_before
    metrics = map(view.label, ("return_rate", "orders"))
    names = ["Product", money_name(view), *past, *metrics]
    return Table(names, rows, caption=caption)


def nothing(view: View, title: str, text: str) -> ChartContents:
    """Return a chart that says why it is empty."""
    blank = figures.empty(text, view.palette, view.formats)
    return ChartContents(title, f"{text}.", blank, Table(["Product"], []))


def best_products(view: View, limit: int) -> ChartContents:
    """Return the best products of the period, each leading to that product."""
    formats, title = view.formats, "Best products"
    everyone = view.without("products")
    top = products.ranked(view.data, everyone, view.days, view.before, "amount desc", limit)
    top = [one for one in top if one["amount"] > 0]
    if not top:
        return nothing(view, title, _NO_SALE)
    labels = [
        f"{formats.short_money(one['amount'])} · {formats.percent(one['share'])}" for one in top
    ]
    amounts = [float(one["amount"]) for one in top]
    together = sum(one["amount"] for one in top)
    share = formats.percent(sum(one["share"] for one in top))
    nobody = sales.unknown_amount(view.data, everyone, view.days, "product")
    rest = f" {formats.money(nobody)} have no product and no rank." if nobody else ""
    return ChartContents(
        title,
        f"The best {len(top)} make {formats.money(together)}, {share} of the products' "
        f"{money_name(view).lower()}.{rest}",
        _bars(view, top, amounts, labels, view.palette.accent),
        _table(view, top, title),
    )


def most_returned(view: View) -> ChartContents:
    """Return the products of which most comes back, in money."""
    formats, title = view.formats, "Most returned"
    order = "returned desc"
    found = products.ranked(
        view.data, view.without("products"), view.days, view.before, order, _MOST
    )
    found = [one for one in found if one["returned"] > 0]
    if not found:
        return nothing(view, title, "No returns are taken off in this period")

    def share(one: dict[str, Any]) -> str:
        # More may come back than was sold in the same period: no share of it then.
        part = one["returned_share"]
        return "more than was sold" if part is None or part > 1 else formats.percent(part)

    labels = [f"{formats.short_money(one['returned'])} · {share(one)}" for one in found]
    first = found[0]
    return ChartContents(
        title,
        f"{name_of(first)}: {formats.money(first['returned'])} came back ({share(first)}). The "
        "share is of the sales before returns in this period.",
        _bars(
            view, found, [float(one["returned"]) for one in found], labels, view.palette.returned
        ),
        _table(view, found, title),
    )


def movers(view: View, found: dict[str, Any], *, rising: bool) -> ChartContents:
    """Return the products that gained or lost most against the previous period."""
    formats, palette = view.formats, view.palette
    title = f"{'Rising' if rising else 'Falling'} against {view.earlier}"
    if view.before is None:
        return nothing(view, title, f"No {view.earlier} to compare with")
    order = "moved desc" if rising else "moved asc"
    everyone = view.without("products")
    moved = products.ranked(view.data, everyone, view.days, view.before, order, _MOVERS)
    moved = [one for one in moved if (one["moved"] > 0) == rising and one["moved"]]
    if not moved:
        return nothing(view, title, f"No product {'rose' if rising else 'fell'}")
    sign = "+" if rising else "−"
    labels = [
        f"{sign}{formats.short_money(abs(one['moved']))} · "
        + ("new" if not one["before"] else view.change(one["amount"], one["before"]).text)
        for one in moved
    ]
    many = formats.plural(found["risen" if rising else "fallen"], "product")
    return ChartContents(
        title,
        f"{many} {'rose' if rising else 'fell'}; together these {len(moved)} "
        f"{'gained' if rising else 'lost'} "
        f"{formats.money(abs(sum(one['moved'] for one in moved)))}{view.by_day}, {view.versus}.",
        _bars(
            view,
            moved,
            [float(abs(one["moved"])) for one in moved],
            labels,
            palette.good if rising else palette.bad,
        ),
        _table(view, moved, title),
    )
