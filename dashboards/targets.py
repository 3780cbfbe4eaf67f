"""Net sales against their targets, month by month."""

from __future__ import annotations

from dataclasses import replace

from dashboards import figures
from dashboards.blocks import Reached, Table, TargetContents
from dashboards.data import targets
from dashboards.data.targets import Month
from dashboards.filters import CUSTOM
from dashboards.page import View

_COLUMNS = ["Month", "Net sales", "Target", "Difference", "Of target", "Days shown"]


def against_target(view: View) -> TargetContents:
    """Return the months shown that have a target; no bars where none has."""
    name = view.data.metrics["net_sales"].label
    title = f"{name} against target"
    found = targets.months(view.data, view.filters, view.days)
    bars = [_bar(view, one) for one in found]
    return TargetContents(
        title=title,
        summary=_summary(view, found),
        figure=_figure(view, found, bars),
        table=Table([_COLUMNS[0], name, *_COLUMNS[2:]], [_row(view, one) for one in found], title),
        bars=bars,
    )


def _bar(view: View, month: Month) -> Reached:
    formats = view.formats
    label = f"{formats.money(month.amount)} of {formats.money(month.target)}"
    if month.is_whole:
        label += f" · {formats.percent(month.share)}"
        tone = "good" if month.is_reached else "bad"
    else:
        label += f" · {len(month.shown)} of {len(month.days)} days"
        tone = "neutral"
    days = replace(view.filters, period=CUSTOM, start=month.days.start, end=month.days.end)
    return Reached(
        formats.month(month.days.start),
        view.here(days),
        float(month.amount),
        float(month.target),
        label,
        tone,
    )


def _row(view: View, month: Month) -> list[str]:
    formats = view.formats
    judged = [formats.money(month.amount - month.target), formats.percent(month.share)]
    return [
        formats.month(month.days.start),
        formats.money(month.amount),
        formats.money(month.target),
        *(judged if month.is_whole else ["–", "–"]),
        f"{len(month.shown)} of {len(month.days)}",
    ]


def _summary(view: View, found: list[Month]) -> str:
    formats = view.formats
    whole = [one for one in found if one.is_whole]
    parts = [formats.month(one.days.start) for one in found if not one.is_whole]
    said = ""
    if whole:
        amount, target = sum(one.amount for one in whole), sum(one.target for one in whole)
        reached = sum(one.is_reached for one in whole)
        said = (
            f"{formats.count(reached)} of {formats.plural(len(whole), 'whole month')} reached the "
            f"target; {formats.money(amount)} of {formats.money(target)} in all."
        )
    if parts:
        said += f" Shown in part and not judged: {', '.join(parts)}."
    return said.strip()


def _figure(view: View, found: list[Month], bars: list[Reached]) -> figures.Figure:
    """Return the same as traces, for the file of the chart."""
    names = [one.name for one in bars]
    days = [f"{len(one.shown)} of {len(one.days)}" for one in found]
    traces = [
        {"name": view.data.metrics["net_sales"].label, "x": names, "y": [b.value for b in bars]},
        {"name": "Target", "x": names, "y": [one.target for one in bars]},
        {
            "name": "Days shown",
            "x": names,
            "y": [0] * len(bars),
            "hovertext": days,
            "meta": "texts",
        },
    ]
    return figures.empty("No target", view.palette, view.formats) | {"data": traces}
