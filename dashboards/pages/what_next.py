"""What next: net sales of the coming weeks with their interval, and how far to trust them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dash import html

from dashboards import figures
from dashboards.blocks import Bars, Chart, ChartContents, Link, Panel, Table
from dashboards.data.weekly import Weeks, whole_weeks
from dashboards.filters import CUSTOM
from dashboards.forecasts import HORIZON, Forecast, forecast, why_not
from dashboards.page import Contents, Page, View
from dashboards.wording import money_name, narrowed_to

_SHOWN = 52  # Weeks of the past that the chart shows.
_NAIVE = "Last week repeated"
_WIDER = 1.05
_BETTER = 0.02  # Part of the naive miss; less of a difference is none.


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    weeks = whole_weeks(view.data, view.filters)
    past = [float(one) for one in weeks.amounts]
    if why := why_not(past):
        return _nothing(view, why)
    found = forecast(past)
    return {
        "next-forecast": _chart(view, weeks, found),
        "next-errors": _errors(view, found),
        "next-trust": _facts(view, weeks, found),
    }


def _nothing(view: View, why: str) -> Contents:
    """Return blocks that say why there is no forecast."""
    text = f"No forecast{narrowed_to(view.filters)}: {why}"
    blank = figures.empty("No forecast", view.palette, view.formats)
    chart = ChartContents(
        f"{money_name(view)} of the coming weeks", f"{text}.", blank, Table(["Week"], [])
    )
    errors = replace(chart, title="Miss on held-back weeks", summary="There is nothing to measure.")
    return {
        "next-forecast": chart,
        "next-errors": errors,
        "next-trust": html.P(f"{text}. Take filters away, or wait.", className="block-summary"),
    }


def _week(view: View, start: date) -> str:
    """Return the address of the sales of one week."""
    end = start + timedelta(days=6)
    days = replace(view.filters.for_other_pages(), period=CUSTOM, start=start, end=end)
    return "/time" + days.search()


def _chart(view: View, weeks: Weeks, found: Forecast) -> ChartContents:
    formats, name = view.formats, money_name(view)
    coming = weeks.coming(HORIZON)
    title = f"{name} by week, and of the coming {HORIZON} weeks"
    together, last = found.amounts.sum(), sum(weeks.amounts[-HORIZON:])
    change = formats.change(together, float(last)).text
    ends = (coming[0], coming[-1] + timedelta(days=6))
    return ChartContents(
        title,
        f"{formats.money(together)} in the coming {HORIZON} weeks, {formats.day(ends[0])} to "
        f"{formats.day(ends[1])}{narrowed_to(view.filters)}; {formats.money(last)} in the last "
        f"{HORIZON} ({change}). Four of five weeks should lie in the band; the dotted line is what "
        f"was forecast {HORIZON} weeks ago. The period does not apply: all weeks count.",
        _figure(view, weeks, found, coming),
        _table(view, weeks, found, title),
    )


def _table(view: View, weeks: Weeks, found: Forecast, title: str) -> Table:
    """Return the coming weeks, then the past ones, the newest first, each a link to its sales."""
    money, day = view.formats.money, view.formats.day
    coming = weeks.coming(HORIZON)
    rows: list[list[object]] = [
        [day(start), "–", *(money(one) for one in row)]
        for start, *row in zip(coming, found.amounts, found.low, found.high, strict=True)
    ]
    past = list(zip(weeks.starts, weeks.amounts, strict=True))[-_SHOWN:]
    tried = [*["–"] * (len(past) - HORIZON), *(money(one) for one in found.last_try)]
    rows += [
        [Link(day(start), _week(view, start)), money(amount), forecast_then, "–", "–"]
        for (start, amount), forecast_then in zip(past[::-1], tried[::-1], strict=True)
    ]
    columns = ["Week from", money_name(view), "Forecast", "Lowest of 4 in 5", "Highest of 4 in 5"]
    return Table(columns, rows, caption=title)


def _figure(view: View, weeks: Weeks, found: Forecast, coming: list[date]) -> figures.Figure:
    formats, palette = view.formats, view.palette
    starts, amounts = weeks.starts[-_SHOWN:], [float(one) for one in weeks.amounts[-_SHOWN:]]
    joined = [starts[-1], *coming]  # The forecast begins where the past ends.

    def series(name: str, days: Sequence[date], values: Any, color: str) -> figures.Series:
        texts = [
            f"{name}<br>week from {formats.day(day)}: {formats.money(value)}"
            for day, value in zip(days, values, strict=True)
        ]
        return figures.Series(
            name, [day.isoformat() for day in days], list(map(float, values)), color, texts=texts
        )

    past = replace(
        series(money_name(view).lower(), starts, amounts, palette.accent),
        links=[_week(view, start) for start in starts],
    )
    tried = weeks.starts[-HORIZON:]
    return figures.ahead(
        past,
        series("forecast", joined, [amounts[-1], *found.amounts], palette.accent),
        series("low", joined, [amounts[-1], *found.low], palette.accent),
        series("four of five weeks", joined, [amounts[-1], *found.high], palette.accent),
        series(f"forecast {HORIZON} weeks ago", tried, found.last_try, palette.previous),
        palette,
        formats,
    )


def _errors(view: View, found: Forecast) -> ChartContents:
    """Return the miss of the forecast beside that of the naive one."""
    formats, palette = view.formats, view.palette
    title = "Miss on held-back weeks"
    shares = {"This forecast": found.error, _NAIVE: found.naive_error}
    texts = [formats.percent(one) for one in shares.values()]
    series = figures.Series(
        "miss", list(shares.values()), list(shares), palette.accent, labels=texts
    )
    return ChartContents(
        title,
        f"{_verdict(view, found)} Measured on {formats.count(found.held_back)} forecasts of held-"
        f"back weeks, made from {formats.plural(found.origins, 'past week')} with what was known "
        "then; the mean miss is a share of the mean week.",
        figures.ranked(series, palette, formats, faded=frozenset({1})),
        Table(["Forecast", "Mean miss"], [list(one) for one in zip(shares, texts, strict=True)]),
    )


def _verdict(view: View, found: Forecast) -> str:
    """Return whether the forecast is worth more than the naive one."""
    formats = view.formats
    error, naive = formats.percent(found.error), formats.percent(found.naive_error)
    if not found.naive_error:
        return f"The forecast missed by {error}; the last week repeated did not miss."
    better = 1 - found.error / found.naive_error
    if abs(better) < _BETTER:
        return f"No better than the last week repeated: it missed by {error} against {naive}."
    if better < 0:
        return f"Do not rely on it: it missed by {error}, the last week repeated by {naive}."
    return (
        f"It missed by {error}, the last week repeated by {naive}: "
        f"{formats.percent(better, 0)} less."
    )


def _interval(view: View, found: Forecast) -> str:
    """Return how wide the band is, and how it was set."""
    covered = view.formats.percent(found.covered, 0)
    text = f"{covered} of the held-back weeks lay in the band of their time; 80 % should"
    if found.widened > _WIDER:
        text += f". So it is made {view.formats.number(round(found.widened, 1))} times as wide"
    return text


def _facts(view: View, weeks: Weeks, found: Forecast) -> Any:
    formats = view.formats
    facts: list[tuple[str, str]] = [
        (
            "Method",
            f"{found.method[0].upper()}{found.method[1:]}. The one of three that missed "
            "least on held-back weeks.",
        ),
        (
            "Past",
            f"{formats.plural(len(weeks.starts), 'whole week')}, from "
            f"{formats.day(weeks.starts[0])} to {formats.day(view.data.domain.last)}",
        ),
        ("Interval", _interval(view, found)),
        (
            "Left out",
            "Promotions, holidays that move, prices and stock to come: it knows past sales alone",
        ),
        ("The weeks", "Seven days each; the newest ends with the last day that has sales"),
    ]
    return html.Dl(
        [part for name, text in facts for part in (html.Dt(name), html.Dd(text))],
        className="facts",
    )


PAGE = Page(
    path="/next",
    name="What next",
    title="What next",
    lead="What will the coming weeks bring if nothing changes, and how far can that be trusted?",
    rows=[
        [Chart("next-forecast", "Sales of the coming weeks", height=340)],
        [
            Bars("next-errors", "Miss on held-back weeks", 2),
            Panel("next-trust", "How it is made", least_height=190),
        ],
    ],
    fill=fill,
)
