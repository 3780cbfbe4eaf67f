"""Sales over time: by day, week or month, against the previous period."""

from __future__ import annotations

from itertools import accumulate, zip_longest
from typing import Any

from dashboards import figures
from dashboards.blocks import (
    Chart,
    ChartContents,
    Grid,
    GridContents,
    Link,
    Multiples,
    NotedChart,
    Table,
    Tabs,
)
from dashboards.charts import sales_chart
from dashboards.columns import SALES
from dashboards.data import over_time, sales
from dashboards.multiples import by_tabs, multiples
from dashboards.page import Contents, Page, View, one_bucket
from dashboards.wording import gross_name, left_out, less_returns, money_name

_GRAINS = ("day", "week", "month")


def grain_of(view: View) -> str:
    """Return the grain asked for; else one that gives a readable number of points."""
    days = len(view.days)
    fitting = "day" if days <= 120 else "week" if days <= 800 else "month"
    return view.filters.extra("grain", fitting)


def grain_tabs(view: View) -> list[tuple[str, str, bool]]:
    """Return the choices of the grain."""
    on = grain_of(view)
    return [
        (f"By {grain}", view.here(view.filters.with_extra("grain", grain)), grain == on)
        for grain in _GRAINS
    ]


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    grain = grain_of(view)
    now = over_time.by_grain(view.data, view.filters, view.days, grain)
    before = over_time.earlier_by_grain(view.data, view.filters, view.days, grain, view.before)
    return {
        "time-grain": grain_tabs(view),
        "time-sales": sales_chart(view, now, before, grain),
        "time-difference": _difference(view, *_as_many_days(view, now, before, grain), grain),
        "time-running": _running(view, now, before),
        "time-returns": _returns(view, now, grain),
        "time-by": by_tabs(view),
        "time-multiples": multiples(view),
        "time-rows": sales_behind(view),
    }


def sales_behind(view: View) -> GridContents:
    """Return what stands above the list of the sales behind a sum."""
    total = sales.totals(view.data, view.filters, view.days)
    aside = sales.set_aside(view.data, view.filters, view.days)
    formats = view.formats
    return GridContents(
        f"{formats.plural(total.sales, 'sale')} in {formats.plural(total.orders, 'order')}, "
        f"{less_returns(total, formats)} in total. Also {left_out(aside, formats)}.",
        view.filters.search(),
    )


def _as_many_days(
    view: View, now: list[dict[str, Any]], before: list[dict[str, Any]], grain: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return both periods, the longer one cut to the days of the other."""
    if view.before is None or not view.is_uneven:
        return now, before
    many = min(len(view.days), len(view.before))
    days, past = view.days.first(many), view.before.first(many)
    return (
        over_time.by_grain(view.data, view.filters, days, grain),
        over_time.earlier_by_grain(view.data, view.filters, days, grain, past),
    )


def _difference(
    view: View, now: list[dict[str, Any]], before: list[dict[str, Any]], grain: str
) -> ChartContents:
    formats, palette = view.formats, view.palette
    title = f"Difference from {view.earlier}, by {grain}"
    if not before:
        text = f"No {view.earlier} to compare with"
        figure = figures.empty(text, palette, formats)
        return ChartContents(title, f"{text}.", figure, Table(["Day", "Difference"], []))
    gaps = [one["amount"] - past["amount"] for one, past in zip(now, before, strict=True)]
    days = [one["bucket"].isoformat() for one in now]
    series = figures.Series(
        "difference",
        days,
        [float(gap) for gap in gaps],
        palette.accent,
        texts=[
            f"{formats.day(one['bucket'])}<br>{formats.money(gap)}"
            for one, gap in zip(now, gaps, strict=True)
        ],
    )
    figure = figures.stacked([series], palette, formats, unit="money")
    figure["data"][0]["marker"]["color"] = [palette.good if g >= 0 else palette.bad for g in gaps]
    better = sum(gap > 0 for gap in gaps)
    many = min(len(view.days), len(view.moved))
    only = f" Of both periods, the first {formats.plural(many, 'day')} only." * view.is_uneven
    return ChartContents(
        title,
        f"{formats.count(better)} of {formats.plural(len(gaps), grain)} are above the "
        f"{view.earlier}; {formats.money(sum(gaps))} in total, compared with "
        f"{formats.days((view.before or view.days).first(many))}.{only}",
        figure,
        Table(
            [grain.capitalize(), "Difference"],
            [
                [formats.day(one["bucket"]), formats.money(gap)]
                for one, gap in zip(now, gaps, strict=True)
            ],
            caption=title,
        ),
    )


def _running(view: View, now: list[dict[str, Any]], before: list[dict[str, Any]]) -> ChartContents:
    formats, palette = view.formats, view.palette
    days, earlier = ([one["bucket"].isoformat() for one in each] for each in (now, before))
    sums = list(accumulate(one["amount"] for one in now))
    past = list(accumulate(one["amount"] for one in before))
    series = [figures.Series("this period", days, [float(one) for one in sums], palette.accent)]
    if past:
        series.append(
            figures.Series(
                view.earlier_short, earlier, [float(one) for one in past], palette.previous
            )
        )
    end = sums[-1] if sums else 0
    against = f", {formats.money(past[-1])} in the {view.earlier}" if past else ""
    longest = max(now, before, key=len)
    rows = [
        [formats.day(one["bucket"]), *([formats.money(sum_), formats.money(old)][: 1 + bool(past)])]
        for one, sum_, old in zip_longest(longest, sums, past)
    ]
    columns = ["Up to", money_name(view), *([view.earlier.capitalize()] if past else [])]
    return ChartContents(
        "Running total",
        f"{formats.money(end)} by the end{against}.",
        figures.lines(series, palette, formats),
        Table(columns, rows, caption="Running total"),
    )


def _returns(view: View, now: list[dict[str, Any]], grain: str) -> ChartContents:
    """Return what was sold above the axis, what came back below it."""
    formats, palette = view.formats, view.palette
    gross, title = gross_name(view), f"{gross_name(view)} and returns by {grain}"
    back = view.label("returned_sales")
    returned = sum(one["returned"] for one in now)
    if not returned:
        text = "No returns are taken off in this period"
        figure = figures.empty(text, palette, formats)
        return ChartContents(title, f"{text}.", figure, Table([grain, back], []))
    days = [one["bucket"].isoformat() for one in now]
    links = [view.here(one_bucket(view, one["bucket"], grain)) for one in now]
    sold = [one["amount"] + one["returned"] for one in now]

    def bars(name: str, amounts: list[Any], sign: int, color: str) -> figures.Series:
        texts = [
            f"{formats.day(one['bucket'])}<br>{name} {formats.money(amount)}"
            for one, amount in zip(now, amounts, strict=True)
        ]
        return figures.Series(
            name, days, [sign * float(one) for one in amounts], color, links=links, texts=texts
        )

    series = [
        bars(gross, sold, 1, palette.accent),
        bars(back, [one["returned"] for one in now], -1, palette.returned),
    ]
    figure = figures.stacked(series, palette, formats, unit="money")
    whole = sum(sold)
    share = formats.percent(returned / whole if whole else None)
    rows = [
        [
            Link(formats.day(one["bucket"]), link),
            formats.money(amount),
            formats.money(one["returned"]),
            formats.money(one["amount"]),
        ]
        for one, amount, link in zip(now, sold, links, strict=True)
    ]
    return ChartContents(
        title,
        f"{formats.money(returned)} returned, {share} of the {formats.money(whole)} sold in this "
        "period. A return counts on its own day, not on the day of the sale.",
        figure,
        Table([grain.capitalize(), gross, back, money_name(view)], rows, caption=title),
    )


PAGE = Page(
    path="/time",
    name="Sales over time",
    title="Sales over time",
    lead="How do sales develop, and how do they compare with the previous period?",
    rows=[
        [Tabs("time-grain", "Days, weeks or months")],
        [NotedChart("time-sales", "Sales", height=320)],
        [
            Chart("time-difference", "Difference from previous period", height=260),
            Chart("time-running", "Running total", height=260),
        ],
        [Chart("time-returns", "Sales and returns", height=260)],
        [Tabs("time-by", "What the small charts are of")],
        [Multiples("time-multiples", "Sales by category")],
        [Grid("time-rows", "Sales in these figures", "counted-sales", SALES, "these sales")],
    ],
    fill=fill,
)
