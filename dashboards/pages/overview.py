"""Overview: are sales on track, and can today's data be trusted?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import dcc, html

from dashboards.blocks import Bars, Card, CardContents, NotedChart, Panel, Sentence, Targets
from dashboards.charts import customers_chart, sales_chart, statuses_chart
from dashboards.data import health, over_time, sales
from dashboards.formats import Change
from dashboards.insight import insight
from dashboards.page import Contents, Page, View
from dashboards.pages.explain import address
from dashboards.pages.products.ranking import best_products
from dashboards.targets import against_target
from dashboards.wording import gross_name, left_out, money_name

_TOP = 8


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    grain = "day" if len(view.days) <= 120 else "week"
    now = over_time.by_grain(view.data, view.filters, view.days, grain)
    before = over_time.earlier_by_grain(view.data, view.filters, view.days, grain, view.before)
    total = sales.totals(view.data, view.filters, view.days)
    earlier = sales.totals(view.data, view.filters, view.before) if view.before else None
    return {
        "overview-insight": insight(view, total, earlier),
        **_cards(view, now, total, earlier),
        "overview-products": best_products(view, _TOP),
        "overview-daily": sales_chart(view, now, before, grain),
        "overview-targets": against_target(view),
        "overview-customers": customers_chart(view, _TOP),
        "overview-statuses": statuses_chart(view),
        "overview-layers": _layers(view),
    }


def _cards(
    view: View, now: list[dict[str, Any]], current: sales.Totals, earlier: sales.Totals | None
) -> Contents:
    data, formats, palette = view.data, view.formats, view.palette
    aside = sales.set_aside(data, view.filters, view.days)
    amounts = [float(one["amount"]) for one in now]
    orders = [float(one["orders"]) for one in now]
    averages = [
        (amount + float(one["returned"])) / count if count else 0.0
        for one, amount, count in zip(now, amounts, orders, strict=True)
    ]

    def change(now: Any, before: Any, more_is: str) -> Change | None:
        return view.change(now, before, more_is) if earlier else None

    note = left_out(aside, formats)
    note = f"Left out: {note}" if aside.rows else note.capitalize()
    if current.returns:
        gross = f"{gross_name(view)} {formats.money(current.gross)}"
        note = f"{gross} less {formats.money(current.returned)} returned. {note}"
    return {
        "kpi-sales": CardContents(
            label=money_name(view),
            value=formats.short_money(current.amount),
            exact=formats.money(current.amount),
            change=change(current.amount, earlier and earlier.amount, "good"),
            versus=view.versus,
            note=note,
            spark=amounts,
            explained=address(view, "net-sales"),
            color=palette.accent,
        ),
        "kpi-orders": CardContents(
            label=view.label("orders"),
            value=formats.count(current.orders),
            exact=formats.plural(current.orders, "order"),
            change=change(current.orders, earlier and earlier.orders, "good"),
            versus=view.versus,
            note=f"{formats.plural(current.sales, 'sale')}; an order may hold several",
            spark=orders,
            explained=address(view, "orders"),
            color=palette.accent,
        ),
        "kpi-average": CardContents(
            label=view.label("average_order_value"),
            value=formats.unit_money(current.average),
            exact=formats.money(current.average),
            change=formats.change(current.average, earlier.average) if earlier else None,
            versus=view.versus,
            note=f"{gross_name(view)} by number of orders, same rows left out",
            spark=averages,
            explained=address(view, "average-order"),
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
    note = f"{formats.plural(aside.rows, 'row')} quarantined"
    if undated and view.filters.period != "all":
        note += f"; {formats.count(undated)} more have no readable date and belong to no period"
    grain = "week" if len(view.days) > 31 else "day"
    return CardContents(
        label=view.label("rejection_rate"),
        value=formats.percent(rate),
        exact=f"{formats.plural(aside.rows, 'row')} quarantined",
        change=formats.change_of_rate(rate, earlier, more_is="bad") if view.before else None,
        versus=view.versus,
        note=note,
        spark=[
            float(one["rejected"])
            for one in over_time.rejected_by_grain(view.data, view.filters, view.days, grain)
        ],
        color=view.palette.bad,
        explained=address(view, "rejection-rate"),
    )


def _age_card(view: View) -> CardContents:
    manifest, formats = view.data.manifest, view.formats
    if not manifest.newest_sale_at:
        return CardContents(value="–", exact="no sales yet", explained=address(view, "freshness"))
    newest = datetime.fromisoformat(manifest.newest_sale_at)
    hours = (view.now - newest).total_seconds() / 3600
    promised = health.promised_hours(view.data)
    state = None
    if promised is not None:
        state = Change("late", "bad") if hours > promised else Change("within target", "good")
    return CardContents(
        value=age_text(hours),
        exact=f"newest sale {formats.moment(newest)}",
        change=state,
        versus=f"target: at most {age_text(promised)}" if promised else "no freshness target set",
        note=(
            f"Newest sale {formats.moment(newest)}; the run went live "
            f"{formats.moment(manifest.went_live_at)}"
        ),
        explained=address(view, "freshness"),
    )


def age_text(hours: float) -> str:
    """Return an age in the unit that people would use."""
    if hours < 1:
        return "< 1 hour"
    if hours < 72:
        return f"{hours:.0f} hours"
    return f"{hours / 24:,.0f} days"


def _layers(view: View) -> Any:
    """Return the strip of layers: state and rows, and that nothing is lost between them."""
    formats = view.formats
    found = health.strip(view.data)
    return [
        html.Ol(
            [
                html.Li(
                    [
                        html.Span(layer.name, className="layer-name"),
                        html.Span(
                            "✓ matches" if layer.adds_up else "✗ does not match",
                            className=f"layer-state is-{'good' if layer.adds_up else 'bad'}",
                        ),
                        html.Span(formats.count(layer.rows), className="layer-rows"),
                        html.Span(_split(view, layer), className="layer-text"),
                    ],
                    className="layer",
                )
                for layer in found
            ],
            className="layers",
        ),
        html.P(
            [
                (
                    f"{formats.plural(found[0].rows, 'raw row')}, each accounted for. "
                    if all(layer.adds_up for layer in found)
                    else "Some rows are unaccounted for. "
                ),
                dcc.Link("See row reconciliation", href="/health" + view.filters.search()),
            ],
            className="block-summary",
        ),
    ]


def _split(view: View, layer: health.Layer) -> str:
    parts = [f"{view.formats.count(count)} {name}" for name, count in layer.parts]
    return ", ".join([layer.what, *parts])


PAGE = Page(
    path="/",
    name="Overview",
    title="Sales overview",
    lead="Are sales on track, and can you trust today's data?",
    rows=[
        [
            Card("kpi-sales"),
            Card("kpi-orders"),
            Card("kpi-average"),
            Card("kpi-rejected"),
            Card("kpi-age", "Data freshness"),
        ],
        [Sentence("overview-insight")],
        [NotedChart("overview-daily", "Sales by day", height=300)],
        [Targets("overview-targets", "Sales against target")],
        [
            Bars("overview-products", "Best products", 8),
            Bars("overview-customers", "Top customers", 8),
        ],
        [Bars("overview-statuses", "Sales by status", 2)],
        [Panel("overview-layers", "From raw rows to dashboard", least_height=120)],
    ],
    fill=fill,
)
