"""Who buys: segments of customers, new against returning ones, and cohorts."""

from __future__ import annotations

from datetime import date

from dashboards import figures
from dashboards.blocks import Bars, Chart, ChartContents, Heat, HeatContents, HeatMap, Table
from dashboards.data import buyers
from dashboards.page import Contents, Page, View
from dashboards.pages.over_time import grain_of
from dashboards.segments import segments_chart
from dashboards.wording import money_name

_MOST_COHORTS, _MOST_AGES = 18, 12


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    return {
        "buyers-segments": segments_chart(view),
        "buyers-new": _new(view),
        "buyers-cohorts": _cohorts(view),
    }


def _kinds(view: View) -> tuple[tuple[str, str, str], ...]:
    """Return the kinds of buyers: column, name and colour."""
    palette = view.palette
    return (
        ("new", view.label("new_customers"), palette.good),
        ("returning", view.label("returning_customers"), palette.accent),
        ("nobody", "Without a customer", palette.other),
    )


def _new(view: View) -> ChartContents:
    """Return the amounts of new and returning customers over time."""
    formats, palette = view.formats, view.palette
    grain = grain_of(view)
    grain = "week" if grain == "day" and len(view.days) > 31 else grain
    rows = buyers.new_and_returning(view.data, view.filters, view.days, grain)
    split = buyers.period_split(view.data, view.filters, view.days)
    name = money_name(view)
    new, returning, nobody = (label for _, label, _ in _kinds(view))
    title = f"{name} of {new.lower()} and {returning.lower()} by {grain}"
    series = [
        figures.Series(
            label,
            [one["bucket"].isoformat() for one in rows],
            [float(one[kind]) for one in rows],
            color,
            texts=[
                f"{grain} of {formats.day(one['bucket'])}<br>{label}: {formats.money(one[kind])}"
                + (
                    f", {formats.plural(one[kind + '_customers'], 'customer')}"
                    if kind != "nobody"
                    else ""
                )
                for one in rows
            ],
        )
        for kind, label, color in _kinds(view)
        if any(one[kind] for one in rows)
    ]
    if not series:
        text = "No sale matches these filters"
        blank = figures.empty(text, palette, formats)
        return ChartContents(title, f"{text}.", blank, Table([grain], []))
    return ChartContents(
        title,
        f"{formats.plural(split['new'], 'customer')} bought for the first time in this period "
        f"({formats.money(split['new_amount'])}), {formats.count(split['returning'])} had bought "
        f"before ({formats.money(split['returning_amount'])}). In the chart a customer is new in "
        f"the {grain} of the first sale.",
        figures.stacked(series, palette, formats, unit="money"),
        Table(
            [
                *(grain.capitalize(), new, "Their amount"),
                *(returning, "Their amount", nobody),
            ],
            [
                [
                    formats.day(one["bucket"]),
                    formats.count(one["new_customers"]),
                    formats.money(one["new"]),
                    formats.count(one["returning_customers"]),
                    formats.money(one["returning"]),
                    formats.money(one["nobody"]),
                ]
                for one in rows
            ],
            caption=title,
        ),
    )


def _cohorts(view: View) -> HeatContents:
    """Return cohorts as a heat map."""
    formats = view.formats
    found: dict[date, dict[int, int]] = {}
    for one in buyers.cohorts(view.data, view.filters):
        found.setdefault(one["cohort"], {})[one["age"]] = one["customers"]
    columns = ["First sale in", "Customers"]
    if not found:
        return HeatContents("No sale matches these filters.", columns, [])
    shown = dict(list(found.items())[-_MOST_COHORTS:])
    last = max(found)
    last = max(last, date(view.data.domain.last.year, view.data.domain.last.month, 1))
    ages = range(1, min(_MOST_AGES, _months(min(shown), last)) + 1)
    known = [one for cohort in found.values() for age, one in cohort.items() if age == 1]
    starters = sum(cohort[0] for month, cohort in found.items() if _months(month, last) >= 1)
    again = formats.percent(sum(known) / starters) if starters else "–"
    return HeatContents(
        f"Share of the customers of each month of first sale who bought again so many months "
        f"later; {again} bought again in the next month. The period does not apply; the last "
        "month may not be over.",
        [*columns, *(f"+{age}" for age in ages)],
        [
            (
                formats.month(cohort),
                counts[0],
                formats.count(counts[0]),
                [_cell(view, cohort, age, counts, last) for age in ages],
            )
            for cohort, counts in shown.items()
        ],
    )


def _cell(view: View, cohort: date, age: int, counts: dict[int, int], last: date) -> Heat | None:
    """Return one month of a cohort; None where it has not come yet."""
    if _months(cohort, last) < age:
        return None
    came, share = counts.get(age, 0), counts.get(age, 0) / counts[0]
    meaning = f"{view.formats.plural(came, 'customer')} of {counts[0]}"
    return Heat(share, view.formats.percent(share, 0), meaning)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


PAGE = Page(
    path="/buyers",
    name="Who buys",
    title="Who buys",
    lead="Which customers carry the sales, how many are new, and do they come back?",
    rows=[
        [Bars("buyers-segments", "Customer segments", 6)],
        [Chart("buyers-new", "New and returning customers", height=260)],
        [HeatMap("buyers-cohorts", "Cohorts by month of first sale", least_height=300)],
    ],
    fill=fill,
)
