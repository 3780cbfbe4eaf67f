"""Data quality: what is set aside, why, what it may be worth, and the rows themselves."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards import figures
from dashboards.blocks import Bars, Chart, ChartContents, Grid, GridContents, Link, Panel, Table
from dashboards.columns import REJECTED
from dashboards.data import quality, sales
from dashboards.page import Contents, Page, View, one_bucket
from dashboards.pages.over_time import grain_of
from dashboards.wording import left_out

_COUNTED = ("accepted_rows", "unusual_sales", "quarantined_rows", "quarantined_value")


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    aside = sales.set_aside(view.data, view.filters, view.days)
    search = view.filters.search()
    return {
        "quality-sides": _sides(view),
        "quality-rate": _rate(view),
        "quality-reasons": _reasons(view),
        "quality-rules": _rules(view),
        "quality-rows": GridContents(
            left_out(aside, view.formats).capitalize() + ". Raw text is shown as received; "
            "e-mail addresses are hidden.",
            search,
        ),
        "quality-corrections": html.P(
            [
                "To correct rows: ",
                html.A(
                    "download them as a correction sheet",
                    href="/export/corrections.csv" + search,
                    download=True,
                ),
                ", fill in the corrected_ cells (or waived, with a name and a reason), then run ",
                html.Code("p360 quarantine apply quarantine.csv"),
                " and ",
                html.Code("p360 run"),
                ".",
            ],
            className="block-summary",
        ),
    }


def _sides(view: View) -> ChartContents:
    """Return rows accepted, those of them that are unusual, and rows set aside over time."""
    formats, palette = view.formats, view.palette
    grain = _grain(view)
    rows = quality.sides_by_grain(view.data, view.filters, view.days, grain)
    if not rows:
        return _nothing(view, "Accepted and quarantined rows")
    links = [view.here(one_bucket(view, one["bucket"], grain)) for one in rows]
    days = [one["bucket"].isoformat() for one in rows]
    counts = {
        "accepted": [one["accepted"] - one["unusual"] for one in rows],
        "accepted, unusual": [one["unusual"] for one in rows],
        "quarantined": [one["quarantined"] for one in rows],
    }
    if not any(counts["accepted, unusual"]):
        del counts["accepted, unusual"]
    series = [
        figures.Series(
            name,
            days,
            values,
            {"accepted": palette.accent, "quarantined": palette.bad}.get(name, palette.pending),
            links=links,
            texts=[
                f"{grain} of {formats.day(one['bucket'])}<br>{formats.plural(count, 'row')} {name}"
                for one, count in zip(rows, values, strict=True)
            ],
        )
        for name, values in counts.items()
    ]
    accepted = sum(one["accepted"] for one in rows)
    rejected = sum(one["quarantined"] for one in rows)
    unusual = sum(one["unusual"] for one in rows)
    summary = (
        f"{formats.count(accepted)} rows accepted, {formats.count(unusual)} of them unusual, "
        f"{formats.count(rejected)} set aside."
    )
    if undated := sales.undated_rows(view.data):
        summary += (
            f" {formats.plural(undated, 'row')} without a readable date are not in the chart."
        )
    table = Table(
        [grain.capitalize(), *map(view.label, _COUNTED)],
        [
            [
                Link(formats.day(one["bucket"]), link),
                formats.count(one["accepted"]),
                formats.count(one["unusual"]),
                formats.count(one["quarantined"]),
                formats.money(one["amount"]),
            ]
            for one, link in zip(rows, links, strict=True)
        ],
        caption="Accepted and quarantined rows",
    )
    figure = figures.stacked(series, palette, formats)
    return ChartContents("Accepted and quarantined rows", summary, figure, table)


def _rate(view: View) -> ChartContents:
    """Return the rejection rate over time."""
    formats, palette = view.formats, view.palette
    name = view.label("rejection_rate")
    grain = _grain(view)
    rows = quality.sides_by_grain(view.data, view.filters, view.days, grain)
    if not rows:
        return _nothing(view, name)
    shares = [
        one["quarantined"] / (one["accepted"] + one["quarantined"])
        if one["accepted"] + one["quarantined"]
        else None
        for one in rows
    ]
    days = [one["bucket"].isoformat() for one in rows]
    figure = figures.lines(
        [figures.Series(name.lower(), days, shares, palette.bad)],
        palette,
        formats,
        unit="share",
    )
    figure["data"][0].pop("fill", None)
    rate = sales.rejection_rate(view.data, view.filters, view.days)
    return ChartContents(
        name,
        f"{formats.percent(rate)} of accepted and quarantined rows.",
        figure,
        Table(
            [grain.capitalize(), name],
            [
                [formats.day(one["bucket"]), formats.percent(share)]
                for one, share in zip(rows, shares, strict=True)
            ],
            caption=name,
        ),
    )


def _nothing(view: View, title: str, what: str = "row") -> ChartContents:
    """Return a chart without marks that says why."""
    text = f"No {what} matches these filters"
    figure = figures.empty(text, view.palette, view.formats)
    return ChartContents(title, f"{text}.", figure, Table([title], []))


def _reasons(view: View) -> ChartContents:
    """Return the reasons, most frequent first; a bar leads to its rows."""
    formats, palette = view.formats, view.palette
    rows = quality.reasons(view.data, view.filters.with_extra("reason", ""), view.days)
    title = "Rejection reasons"
    if not rows:
        return _nothing(view, title, "quarantined row")
    chosen = view.filters.extra("reason")
    links = [view.here(view.filters.with_extra("reason", one["reason"])) for one in rows]
    series = figures.Series(
        "rows",
        [one["rejected"] for one in rows],
        [one["reason"].replace("_", " ") for one in rows],
        palette.bad,
        links=links,
        labels=[
            f"{formats.count(one['rejected'])}"
            + (f" · {formats.short_money(one['amount'])}" if one["amount"] else "")
            for one in rows
        ],
        texts=[
            f"{one['meaning']}<br>{formats.plural(one['rejected'], 'row')}, "
            f"{formats.money(one['amount'])} readable"
            for one in rows
        ],
    )
    faded = frozenset(place for place, one in enumerate(rows) if chosen and one["reason"] != chosen)
    figure = figures.ranked(series, palette, formats, faded=faded)
    table = Table(
        ["Reason", "Rows", "Readable amount", "Meaning"],
        [
            [
                Link(one["reason"], link),
                formats.count(one["rejected"]),
                formats.money(one["amount"]),
                one["meaning"],
            ]
            for one, link in zip(rows, links, strict=True)
        ],
        caption=title,
    )
    first = rows[0]
    summary = (
        f"Most often: {first['meaning'].rstrip('.').lower()} "
        f"({formats.plural(first['rejected'], 'row')}). "
        "A row counts once for each of its reasons."
    )
    return ChartContents(title, summary, figure, table)


def _rules(view: View) -> Any:
    """Return every rule with how many rows break it, zeros included."""
    formats = view.formats
    rows = [one for one in quality.rules(view.data) if one["is_applied"]]
    return [
        html.P(
            f"{formats.plural(len(rows), 'rule')} on every row of every load, regardless of "
            f"filters; {formats.count(sum(one['broken'] == 0 for one in rows))} of "
            "them broken by no row.",
            className="block-summary",
        ),
        Table(
            ["Rule", "Severity", "Rows that break it", "Accepted", "Quarantined", "Description"],
            [
                [
                    one["rule_id"],
                    one["rule_severity"],
                    formats.count(one["broken"]),
                    formats.count(one["accepted"]),
                    formats.count(one["quarantined"]),
                    one["rule_sentence"],
                ]
                for one in rows
            ],
            caption="Rules and how many rows break them",
        ).component(),
    ]


def _grain(view: View) -> str:
    grain = grain_of(view)
    return "week" if grain == "day" and len(view.days) > 31 else grain


PAGE = Page(
    path="/quality",
    name="Data quality",
    title="Data quality",
    lead="How much of the raw data is usable, and what is not?",
    rows=[
        [
            Chart("quality-sides", "Accepted and quarantined rows", height=260),
            Chart("quality-rate", "Rejected rows", height=260),
        ],
        [Bars("quality-reasons", "Rejection reasons", 8)],
        [Grid("quality-rows", "Quarantined rows", "rejected-rows", REJECTED, "quarantined rows")],
        [Panel("quality-corrections", "Correct rows")],
        [Panel("quality-rules", "All rules", least_height=200)],
    ],
    fill=fill,
)
