"""Overview: are sales on track, and can today's data be trusted?"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from dash import dcc, html

from dashboards import figures
from dashboards.blocks import Card, CardContents, Chart, ChartContents, Link, Panel, Table
from dashboards.data import sales
from dashboards.formats import Change
from dashboards.page import Contents, Page, View, one_bucket
from dashboards.wording import left_out, money_name, period_name

_TOP = 8
_OLD_HOURS = 36  # A feed comes once a day; older than this, a day is missing.


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    grain = "day" if len(view.days) <= 120 else "week"
    now = sales.by_grain(view.data, view.filters, view.days, grain)
    before = sales.by_grain(view.data, view.filters, view.before, grain) if view.before else []
    return {
        **_cards(view, now),
        "overview-daily": sales_chart(view, now, before, grain),
        "overview-customers": customers_chart(view, _TOP),
        "overview-statuses": statuses_chart(view),
        "overview-layers": _layers(view),
    }


def _cards(view: View, now: list[dict[str, Any]]) -> Contents:
    data, formats, palette = view.data, view.formats, view.palette
    current = sales.totals(data, view.filters, view.days)
    earlier = sales.totals(data, view.filters, view.before) if view.before else None
    aside = sales.set_aside(data, view.filters, view.days)
    amounts = [float(one["amount"]) for one in now]
    orders = [float(one["orders"]) for one in now]
    averages = [a / o if o else 0.0 for a, o in zip(amounts, orders, strict=True)]

    def change(now: Any, before: Any, more_is: str) -> Change | None:  # noqa: ANN401
        return formats.change(now, before, more_is=more_is) if earlier else None

    note = left_out(aside, formats)
    return {
        "kpi-sales": CardContents(
            label=money_name(view.filters),
            value=formats.short_money(current.amount),
            exact=formats.money(current.amount),
            change=change(current.amount, earlier and earlier.amount, "good"),
            versus=view.versus,
            note=f"Left out: {note}" if aside.rows else note.capitalize(),
            spark=amounts,
            color=palette.accent,
        ),
        "kpi-orders": CardContents(
            value=formats.count(current.orders),
            exact=formats.plural(current.orders, "order"),
            change=change(current.orders, earlier and earlier.orders, "good"),
            versus=view.versus,
            note=f"{formats.plural(current.sales, 'sale')}; an order may hold several",
            spark=orders,
            color=palette.accent,
        ),
        "kpi-average": CardContents(
            value=formats.unit_money(current.average),
            exact=formats.money(current.average),
            change=change(current.average, earlier and earlier.average, "good"),
            versus=view.versus,
            note=f"{money_name(view.filters)} by number of orders, same rows left out",
            spark=averages,
            color=palette.accent,
        ),
        "kpi-rejected": _rejection_card(view, aside),
        "kpi-age": _age_card(view),
    }


def _rejection_card(view: View, aside: sales.SetAside) -> CardContents:
    data, formats = view.data, view.formats
    rate = sales.rejection_rate(data, view.filters, view.days)
    earlier = sales.rejection_rate(data, view.filters, view.before) if view.before else None
    undated = sales.undated_rows(data)
    note = f"{formats.count(aside.rows)} of the rows that are sales or may be"
    if undated and view.filters.period != "all":
        note += f"; {formats.count(undated)} more have no readable day, so no period"
    grain = "week" if len(view.days) > 31 else "day"
    return CardContents(
        value=formats.percent(rate),
        exact=f"{formats.plural(aside.rows, 'row')} set aside",
        change=formats.change(rate, earlier, more_is="bad") if view.before else None,
        versus=view.versus,
        note=note,
        spark=[float(one["rejected"]) for one in sales.rejected_by_grain(view.data, view.filters, view.days, grain)],
        color=view.palette.bad,
    )


def _age_card(view: View) -> CardContents:
    manifest, formats = view.data.manifest, view.formats
    if not manifest.newest_sale_at:
        return CardContents(value="–", exact="no sale yet")
    newest = datetime.fromisoformat(manifest.newest_sale_at)
    live = datetime.fromisoformat(manifest.went_live_at)
    hours = (view.now - newest).total_seconds() / 3600
    return CardContents(
        value=age_text(hours),
        exact=f"newest sale {formats.moment(newest)}",
        change=Change("late", "bad") if hours > _OLD_HOURS else Change("on time", "good"),
        versus=f"promise: at most {_OLD_HOURS} hours",
        note=(
            f"Newest sale {formats.moment(newest)}; the run went live {formats.moment(live)}"
        ),
    )


def age_text(hours: float) -> str:
    """Return an age in the unit that people would use."""
    if hours < 1:
        return "< 1 hour"
    if hours < 72:
        return f"{hours:.0f} hours"
    return f"{hours / 24:.0f} days"


def sales_chart(
    view: View, now: list[dict[str, Any]], before: list[dict[str, Any]], grain: str
) -> ChartContents:
    """Return sales over time, the period before in grey."""
    formats, palette = view.formats, view.palette
    name = money_name(view.filters)
    total = sum((one["amount"] for one in now), Decimal(0))
    earlier = sum((one["amount"] for one in before), Decimal(0))
    series = [
        figures.Series(
            "this period",
            [one["bucket"].isoformat() for one in now],
            [float(one["amount"]) for one in now],
            palette.accent,
            links=[view.here(one_bucket(view, one["bucket"], grain)) for one in now],
        )
    ]
    if before:
        series.append(
            figures.Series(
                f"the period before ({formats.days(view.before or view.days)})",
                [one["bucket"].isoformat() for one in now[: len(before)]],
                [float(one["amount"]) for one in before[: len(now)]],
                palette.previous,
            )
        )
    summary = f"{name} of {formats.money(total)} in {period_name(view.filters, view.days, view.data)}"
    if before:
        change = formats.change(total, earlier, more_is="good")
        summary += f"; {formats.money(earlier)} in the period before ({change.text})."
    else:
        summary += "."
    rows = []
    for place, one in enumerate(now):
        past = before[place]["amount"] if place < len(before) else None
        rows.append(
            [
                Link(formats.day(one["bucket"]), view.here(one_bucket(view, one["bucket"], grain))),
                formats.money(one["amount"]),
                formats.count(one["orders"]),
                *([formats.money(past), formats.money(one["amount"] - past)] if past is not None else []),
            ]
        )
    columns = [grain.capitalize(), name, "Orders"]
    if before:
        columns += ["Period before", "Difference"]
        rows = [[*row, *["–"] * (5 - len(row))] for row in rows]
    return ChartContents(
        title=f"{name} by {grain}",
        summary=summary,
        figure=figures.lines(series, palette, formats),
        table=Table(columns, rows, caption=f"{name} by {grain}"),
    )


def customers_chart(view: View, limit: int) -> ChartContents:
    """Return the best customers as bars, each leading to that customer."""
    formats, palette = view.formats, view.palette
    name = money_name(view.filters)
    top = sales.top_customers(view.data, view.filters, view.days, limit)
    whole = sales.totals(view.data, view.filters, view.days).amount
    together = sum((one["amount"] for one in top), Decimal(0))
    share = together / whole if whole else None
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
                f"{formats.plural(one['orders'], 'order')}"
                for label, one in zip(names, top, strict=True)
            ],
        ),
        palette,
        formats,
        faded=frozenset(n for n, one in enumerate(top) if one["customer"] == "(unknown)"),
    )
    rows = [
        [
            Link(f"{label} ({one['customer']})", link),
            formats.money(one["amount"]),
            formats.percent(one["amount"] / whole if whole else None),
            formats.count(one["orders"]),
        ]
        for label, one, link in zip(names, top, links, strict=True)
    ]
    return ChartContents(
        title=f"Top {len(top)} customers" if top else "Top customers",
        summary=(
            f"Together {formats.money(together)}, {formats.percent(share)} of "
            f"{formats.money(whole)}."
            if top
            else "No sale matches these filters."
        ),
        figure=figure if top else figures.empty("No sale matches these filters", palette, formats),
        table=Table(["Customer", name, "Share", "Orders"], rows, caption="Best customers"),
    )


def statuses_chart(view: View) -> ChartContents:
    """Return what became of the sales, as bars, each leading to that status."""
    formats, palette = view.formats, view.palette
    found = sales.by_column(
        view.data, view.filters, view.days, "status", view.filters.statuses, limit=10
    )
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
        figure["layout"]["xaxis"]["range"][1] *= 1.25
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
        title="What became of the sales",
        summary=(
            f"{found[0]['status']} is {formats.percent(found[0]['amount'] / whole)} of "
            f"{formats.money(whole)} in all statuses."
            if found and whole
            else "No sale matches these filters."
        ),
        figure=figure if found else figures.empty("No sale matches", palette, formats),
        table=Table(["Status", "Worth", "Share", "Sales", "Orders"], rows, caption="Statuses"),
    )


def _layers(view: View) -> Any:  # noqa: ANN401
    """Return the strip of layers: state and rows, and that nothing is lost between them."""
    data, formats = view.data, view.formats
    account = data.row(
        "select sum(raw_count)::bigint as raw, sum(accepted_count)::bigint as accepted, "
        "sum(quarantined_count)::bigint as quarantined, sum(duplicate_count)::bigint as copies, "
        "sum(superseded_count)::bigint as superseded, sum(unaccounted_count)::bigint as missing "
        "from observability_row_account"
    )
    counted = data.manifest.rows.get("semantic_sales", 0)
    missing = account["missing"] or 0
    steps = [
        ("Bronze", formats.count(account["raw"] or 0), "raw rows, as they came", True),
        (
            "Silver",
            formats.count(account["accepted"] or 0),
            f"accepted; {formats.count(account['quarantined'] or 0)} quarantined, "
            f"{formats.count(account['copies'] or 0)} copies, "
            f"{formats.count(account['superseded'] or 0)} superseded",
            missing == 0,
        ),
        ("Gold", formats.count(account["accepted"] or 0), "sales, each counted once", True),
        (
            "Semantic",
            formats.count(counted),
            "sales behind these figures",
            counted == (account["accepted"] or 0),
        ),
    ]
    return [
        html.Ol(
            [
                html.Li(
                    [
                        html.Span(name, className="layer-name"),
                        html.Span(
                            "✓ adds up" if is_sound else "✗ does not add up",
                            className=f"layer-state is-{'good' if is_sound else 'bad'}",
                        ),
                        html.Span(rows, className="layer-rows"),
                        html.Span(text, className="layer-text"),
                    ],
                    className="layer",
                )
                for name, rows, text, is_sound in steps
            ],
            className="layers",
        ),
        html.P(
            [
                (
                    f"Every one of {formats.count(account['raw'] or 0)} raw rows is accounted for. "
                    if missing == 0
                    else f"{formats.count(abs(missing))} rows are not accounted for. "
                ),
                dcc.Link("See the account", href="/health" + view.filters.search()),
            ],
            className="block-summary",
        ),
    ]


PAGE = Page(
    path="/",
    name="Overview",
    title="Sales overview",
    lead="Are sales on track, and can today's data be trusted?",
    rows=[
        [
            Card("kpi-sales", "Net sales"),
            Card("kpi-orders", "Orders"),
            Card("kpi-average", "Average order"),
            Card("kpi-rejected", "Rejection rate"),
            Card("kpi-age", "Age of the data"),
        ],
        [Chart("overview-daily", "Net sales by day", height=300)],
        [
            Chart("overview-customers", "Top customers", height=280),
            Chart("overview-statuses", "What became of the sales", height=280),
        ],
        [Panel("overview-layers", "From raw rows to these figures", least_height=120)],
    ],
    fill=fill,
)
