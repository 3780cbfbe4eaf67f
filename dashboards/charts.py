"""Charts that several pages share."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from dashboards import figures
from dashboards.blocks import ChartContents, Link, Table
from dashboards.data import sales
from dashboards.data.conditions import RETURNED
from dashboards.filters import Filters
from dashboards.notes import Notes
from dashboards.page import View, one_bucket
from dashboards.wording import money_name, period_name

_NO_SALE = "No sale matches these filters"


def sales_chart(
    view: View, now: list[dict[str, Any]], before: list[dict[str, Any]], grain: str
) -> ChartContents:
    """Return sales over time, the previous period in grey."""
    formats, palette = view.formats, view.palette
    name = money_name(view)
    total = sum((one["amount"] for one in now), Decimal(0))
    earlier = sum((one["amount"] for one in before), Decimal(0))
    series = [
        figures.Series(
            "this period",
            [one["bucket"].isoformat() for one in now],
            [float(one["amount"]) for one in now],
            palette.accent,
            texts=[formats.money(one["amount"]) for one in now],
            links=[view.here(one_bucket(view, one["bucket"], grain)) for one in now],
        )
    ]
    if before:
        series.append(
            figures.Series(
                f"{view.earlier_short} ({formats.days(view.before or view.days)})",
                [one["bucket"].isoformat() for one in before],
                [float(one["amount"]) for one in before],
                palette.previous,
                texts=_compared(view, now, before, grain),
            )
        )
    summary = (
        f"{name} of {formats.money(total)} in {period_name(view.filters, view.days, view.data)}"
    )
    returned = sum((one["returned"] for one in now), Decimal(0))
    if returned:
        summary += f", after {formats.money(returned)} of returns"
    if before:
        change = view.change(total, earlier)
        summary += f"; {formats.money(earlier)} in the {view.earlier} ({change.text})."
    else:
        summary += "."
    notes = Notes(view, [one["bucket"] for one in now])
    return ChartContents(
        title=f"{name} by {grain}",
        summary=summary,
        figure=notes.drawn(figures.lines(series, palette, formats), series[0].y),
        table=_sales_table(view, now, before, grain, notes.column()),
        notes=notes.listed(),
    )


def _compared(
    view: View, now: list[dict[str, Any]], before: list[dict[str, Any]], grain: str
) -> list[str]:
    """Return what each point is compared with: the day before, its amount and the change."""
    formats, days = view.formats, view.before or view.days
    shift = view.days.start - days.start
    texts = []
    for place, past in enumerate(before):
        start = max(past["bucket"] - shift, days.start)
        when = formats.day(start) if grain == "day" else f"{grain} from {formats.day(start)}"
        text = f"{formats.money(past['amount'])} on {when}"
        if place < len(now):
            text += f" ({formats.change(now[place]['amount'], past['amount']).text})"
        texts.append(text)
    return texts


def _sales_table(
    view: View,
    now: list[dict[str, Any]],
    before: list[dict[str, Any]],
    grain: str,
    notes: list[str] | None,
) -> Table:
    formats, name = view.formats, money_name(view)
    has_returns = any(one["returns"] for one in now)
    returned = [view.label("returned_sales")] if has_returns else []
    columns = [grain.capitalize(), name, *returned, view.label("orders")]
    rows = [
        [
            Link(formats.day(one["bucket"]), view.here(one_bucket(view, one["bucket"], grain))),
            formats.money(one["amount"]),
            *([formats.money(one["returned"])] if has_returns else []),
            formats.count(one["orders"]),
        ]
        for one in now
    ]
    if before:
        none = ["–"] * (len(columns) - 1)
        rows += [[formats.day(one["bucket"]), *none] for one in before[len(now) :]]
        columns += [view.earlier.capitalize(), "Difference"]
        rows = [
            [*row, *_against(view, one, past)]
            for row, (one, past) in zip(rows, zip_longest(now, before), strict=True)
        ]
    if notes:
        columns += ["Note"]
        rows = [[*row, note] for row, note in zip_longest(rows, notes, fillvalue="")]
    return Table(columns, rows, caption=f"{name} by {grain}")


def _against(view: View, one: dict[str, Any] | None, past: dict[str, Any] | None) -> list[str]:
    """Return the cells of what a bucket is compared with: its amount, and the difference."""
    money = view.formats.money
    return [
        money(past["amount"]) if past else "–",
        money(one["amount"] - past["amount"]) if one and past else "–",
    ]


def customers_chart(view: View, limit: int) -> ChartContents:
    """Return the best customers as bars, each leading to that customer.

    The customers that are chosen stand out among all: their own filter is left aside here.
    """
    formats, palette = view.formats, view.palette
    name = money_name(view)
    everyone = replace(view.filters, customers=())
    top = sales.top_customers(view.data, everyone, view.days, limit)
    chosen = view.filters.customers
    off = [
        f"<br>{formats.money(one['returned'])} returned" if one["returns"] else "" for one in top
    ]
    links = [view.narrowed("customers", one["customer"]) for one in top]
    names = [one["customer_name"] or one["customer"] for one in top]
    figure = figures.ranked(
        figures.Series(
            name,
            [float(one["amount"]) for one in top],
            names,
            palette.accent,
            links=links,
            labels=[formats.short_money(one["amount"]) for one in top],
            texts=[
                f"{label} ({one['customer']})<br>{formats.money(one['amount'])}<br>"
                f"{formats.plural(one['orders'], 'order')}{returned}"
                for label, one, returned in zip(names, top, off, strict=True)
            ],
        ),
        palette,
        formats,
        faded=frozenset(
            place for place, one in enumerate(top) if chosen and one["customer"] not in chosen
        ),
    )
    summary, table = _customers_in_words(view, everyone, top, names, links)
    return ChartContents(
        title=f"Top {len(top)} customers" if top else "Top customers",
        summary=summary,
        figure=figure if top else figures.empty(_NO_SALE, palette, formats),
        table=table,
    )


def _customers_in_words(
    view: View,
    everyone: Filters,
    top: list[dict[str, Any]],
    names: list[str],
    links: list[str],
) -> tuple[str, Table]:
    """Return the summary and the table of the best customers; no share is below zero."""
    formats, name = view.formats, money_name(view)
    whole = sales.shared_amount(view.data, everyone, view.days)
    kept = [max(one["amount"], Decimal(0)) for one in top]
    shares = [one / whole if whole else None for one in kept]
    together = sum(kept, Decimal(0))
    has_returns = any(one["returns"] for one in top)
    rows = [
        [
            Link(f"{label} ({one['customer']})", link),
            formats.money(one["amount"]),
            *([formats.money(one["returned"])] if has_returns else []),
            formats.percent(share),
            formats.count(one["orders"]),
        ]
        for label, one, share, link in zip(names, top, shares, links, strict=True)
    ]
    returned = [view.label("returned_sales")] if has_returns else []
    columns = ["Customer", name, *returned, "Share", view.label("orders")]
    table = Table(columns, rows, caption="Top customers by rank")
    if not top:
        return f"{_NO_SALE}.", table
    total = sales.totals(view.data, everyone, view.days).amount
    of_whom = "" if whole == total else f", the {name.lower()} of customers above zero"
    share = formats.percent(together / whole if whole else None)
    nobody = sales.unknown_amount(view.data, everyone, view.days, "customer")
    rest = f" {formats.money(nobody)} have no customer and no rank." if nobody else ""
    return (
        f"Together {formats.money(together)}, {share} of {formats.money(whole)}{of_whom}.{rest}",
        table,
    )


def statuses_chart(view: View) -> ChartContents:
    """Return what became of the sales, as bars, each leading to that status."""
    formats, palette = view.formats, view.palette
    found = sales.by_status(view.data, view.filters, view.days)
    added = ", returns included" if any(one["status"] == RETURNED for one in found) else ""
    whole = sum((one["amount"] for one in found), Decimal(0))
    links = [view.narrowed("statuses", one["status"]) for one in found]
    series = figures.Series(
        "worth",
        [float(one["amount"]) for one in found],
        [one["status"] for one in found],
        palette.accent,
        links=links,
        labels=[
            f"{formats.short_money(one['amount'])} · "
            f"{formats.percent(one['amount'] / whole if whole else None)}"
            for one in found
        ],
        texts=[
            f"{one['status']}<br>{formats.money(one['amount'])}<br>"
            f"{formats.plural(one['sales'], 'sale')}"
            for one in found
        ],
    )
    figure = figures.ranked(series, palette, formats, faded=frozenset())
    if found:
        figure["data"][0]["marker"]["color"] = [palette.of_status(one["status"]) for one in found]
    rows = [
        [
            Link(one["status"], link),
            formats.money(one["amount"]),
            formats.percent(one["amount"] / whole if whole else None),
            formats.count(one["sales"]),
            formats.count(one["orders"]),
        ]
        for one, link in zip(found, links, strict=True)
    ]
    return ChartContents(
        title="Sales by status",
        summary=(
            f"{found[0]['status']} is {formats.percent(found[0]['amount'] / whole)} of "
            f"{formats.money(whole)} in all statuses{added}."
            if found and whole
            else f"{_NO_SALE}."
        ),
        figure=figure if found else figures.empty(_NO_SALE, palette, formats),
        table=Table(
            ["Status", "Worth", "Share", "Sales", view.label("orders")], rows, caption="Statuses"
        ),
    )
