"""Net sales by category, country or segment against the comparison, as small charts."""

from __future__ import annotations

from typing import Any

from dashboards.blocks import Multiple, MultiplesContents, Table
from dashboards.data import groups
from dashboards.data.over_time import first_days
from dashboards.figures.axes import round_ticks
from dashboards.insight import signed
from dashboards.page import View
from dashboards.wording import money_name

_MOST = 12
_NAMES = {"category": "category", "country": "country", "segment": "customer segment"}
_FILTERS = {"category": "categories", "country": "countries"}


def by_tabs(view: View) -> list[tuple[str, str, bool]]:
    """Return what the small charts may be of."""
    on = _column(view)
    return [
        (f"By {name}", view.here(view.filters.with_extra("by", column)), column == on)
        for column, name in _NAMES.items()
        if column != groups.SEGMENT or groups.has_segments(view.data)
    ]


def _column(view: View) -> str:
    asked = view.filters.extra("by", "category")
    return "category" if asked == groups.SEGMENT and not groups.has_segments(view.data) else asked


def multiples(view: View) -> MultiplesContents:
    """Return one small chart for each of the largest values, all on the same axis."""
    data, formats, palette, column = view.data, view.formats, view.palette, _column(view)
    found = groups.by_value(data, view.filters, view.days, view.before, column)
    grain = view.filters.extra("grain", groups.small_grain(view.days))
    title = f"{money_name(view)} by {_NAMES[column]} and {grain}"
    colors = (palette.accent, palette.previous, palette.grid)
    if not found:
        none = "No sale matches these filters."
        return MultiplesContents(title, none, [], [], ("", ""), colors, Table(["Name"], []))
    top = found[:_MOST]
    names = [one[column] for one in top]
    now = groups.trends(data, view.filters, view.days, column, names, grain)
    before = (
        groups.moved_trends(data, view.filters, view.moved, view.before, column, names, grain)
        if view.before
        else {}
    )
    every = [float(one) for lists in (*now.values(), *before.values()) for one in lists]
    ticks = round_ticks(min([0.0, *every]), max([0.0, *every]))
    longest = max(view.days, view.moved, key=len)
    starts = first_days(data, longest, grain)
    days = [formats.day(one) for one in starts]
    return MultiplesContents(
        title,
        _summary(view, found, column),
        [
            Multiple(
                one[column],
                _href(view, column, one[column]),
                formats.short_money(one["amount"]),
                view.change(one["amount"], one["before"]) if view.before else None,
                [float(amount) for amount in now[one[column]]],
                [float(amount) for amount in before.get(one[column], [])],
            )
            for one in top
        ],
        [(tick, formats.axis_money(tick, ticks[1] - ticks[0])) for tick in ticks],
        (days[0], days[-1] if len(days) > 1 else ""),
        colors,
        _table(view, names, days, now, before, title),
        starts,
    )


def _href(view: View, column: str, value: str) -> str:
    if column in _FILTERS:
        return view.narrowed(_FILTERS[column], value)
    return "/buyers" + view.filters.for_other_pages().search()


def _summary(view: View, found: list[dict[str, Any]], column: str) -> str:
    formats, parts = view.formats, ["All charts have one axis."]
    if view.before:
        parts[0] = f"The thin line is the {view.earlier}; all charts have one axis."
        gains = {one[column]: view.gained(one["amount"], one["before"]) for one in found}
        most, gain = max(gains.items(), key=lambda one: abs(one[1]))
        parts.insert(0, f"{most} changed most: {signed(view, gain)}{view.by_day}, {view.versus}.")
    rest = found[_MOST:]
    if rest:
        amount = formats.money(sum(one["amount"] for one in rest))
        parts.append(f"The other {formats.count(len(rest))} make {amount} together.")
    return " ".join(parts)


def _table(
    view: View,
    names: list[str],
    days: list[str],
    now: dict[str, list[Any]],
    before: dict[str, list[Any]],
    title: str,
) -> Table:
    """Return the amounts, bucket by bucket: each value, and what it is compared with."""
    money = view.formats.money
    columns = [("", now), (f", {view.earlier_short}", before)] if before else [("", now)]
    return Table(
        ["From", *(f"{name}{word}" for name in names for word, _ in columns)],
        [
            [
                day,
                *(
                    money(amounts[name][place]) if place < len(amounts[name]) else "–"
                    for name in names
                    for _, amounts in columns
                ),
            ]
            for place, day in enumerate(days)
        ],
        caption=title,
    )
