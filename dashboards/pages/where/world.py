"""The map: which countries it shows, in which shade, and what it cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import floor, log10
from typing import Any

from dashboards import figures
from dashboards.blocks import ChartContents, Link, Table
from dashboards.data.sales import UNKNOWN
from dashboards.page import View
from dashboards.shapes.countries import AREAS, code_of, point
from dashboards.theme import mixed
from dashboards.wording import money_name

WORLD = "world"
_MOST_SHADES, _PALEST = 5, 0.32  # Part of the accent in the shade of the smallest amounts.
_RATIOS = (2, 3, 5, 10, 30, 100, 1000)  # From one shade to the next.
_NO_SALE = "No sale matches these filters"
Rows = Sequence[dict[str, Any]]


def area_of(view: View, found: Rows) -> str:
    """Return the area asked for; else the smallest that holds every country with sales."""
    places = [point(code) for code in _codes(view, found).values() if code]
    fitting = (name for name, area in AREAS.items() if all(map(area.holds, places)))
    return view.filters.extra("area", next(fitting, WORLD) if places else WORLD)


def area_tabs(view: View, found: Rows, on: str) -> list[tuple[str, str, bool]]:
    """Return the areas that have sales, the whole world first."""
    places = [point(code) for code in _codes(view, found).values() if code]
    named = {WORLD: AREAS[WORLD]} | AREAS
    return [
        (area.name, view.here(view.filters.with_extra("area", name)), name == on)
        for name, area in named.items()
        if name in (WORLD, on) or any(map(area.holds, places))
    ]


def steps_of(amounts: Sequence[Decimal]) -> list[float]:
    """Return the round amounts at which shades begin, the smallest first; four or fewer.

    A step is a fixed ratio, the smallest of a few whose shades reach from the largest amount down
    to the smallest fifth: amounts of countries are far apart, and equal steps would give one dark
    country among pale ones.
    """
    above = sorted(float(one) for one in amounts if one > 0)
    if not above:
        return []
    reach = above[-1] / above[len(above) // 5]
    ratio = next((one for one in _RATIOS if reach <= one ** (_MOST_SHADES - 1)), _RATIOS[-1])
    top = _rounded(above[-1])
    steps = [_rounded(top / ratio**at) for at in range(_MOST_SHADES - 1)]
    return sorted({one for one in steps if one > above[0]})


def _rounded(amount: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above an amount."""
    power = 10.0 ** floor(log10(amount))
    return power * max(one for one in (1, 2, 5) if one * power <= amount * 1.000001)


def world(view: View, found: Rows, area: str) -> ChartContents:
    """Return the map with the same figures as a table; chosen countries stand out among all."""
    formats, palette = view.formats, view.palette
    name, codes = money_name(view), _codes(view, found)
    title = f"{name} by country"
    known = [one for one in found if one["country"] != UNKNOWN and _has_sales(one)]
    if not any(_has_sales(one) for one in found):
        blank = figures.empty(_NO_SALE, palette, formats)
        return ChartContents(title, f"{_NO_SALE}.", blank, Table(["Country"], []))
    steps = steps_of([one["amount"] for one in known])
    colors = [
        mixed(palette.accent, palette.paper, 1 - (1 - _PALEST) * at / max(1, len(steps)))
        for at in range(len(steps), -1, -1)
    ]
    shaded = [
        figures.Shaded(
            code,
            one["country"],
            colors[sum(float(one["amount"]) >= step for step in steps)]
            if one["amount"] > 0
            else palette.returned,
            _text(view, one),
            view.narrowed("countries", one["country"]),
            one["country"] in view.filters.countries,
        )
        for one in known
        if (code := codes[one["country"]])
    ]
    return ChartContents(
        title,
        _summary(view, found, known, codes),
        figures.countries(shaded, _legend(view, known, steps, colors), area, palette, formats),
        _table(view, found, title),
    )


def _codes(view: View, found: Rows) -> dict[str, str | None]:
    """Return the two letters of each country that has sales; None for one not on the map."""
    return {
        one["country"]: code_of(one["country"], view.formats.locale)
        for one in found
        if _has_sales(one)
    }


def _has_sales(one: dict[str, Any]) -> bool:
    return bool(one["sales"] or one["returns"])


def _legend(
    view: View, known: Rows, steps: list[float], colors: list[str]
) -> list[tuple[str, str]]:
    """Return the name and colour of each shade that is on the map."""
    formats, found = view.formats, []
    if any(one["amount"] <= 0 for one in known):
        found.append((f"{formats.short_money(0)} or less", view.palette.returned))
    if not steps:
        return [*found, (f"above {formats.short_money(0)}", colors[0])] if known else found
    names = [f"below {formats.short_money(steps[0])}"]
    names += [f"from {formats.short_money(step)}" for step in steps]
    return [*found, *zip(names, colors, strict=True)]


def _text(view: View, one: dict[str, Any]) -> str:
    formats = view.formats
    lines = [
        one["country"],
        f"{formats.money(one['amount'])} ({formats.percent(one['share'])})",
        formats.plural(one["customers"], "customer"),
    ]
    if one["before"] is not None:
        lines.append(f"{view.earlier}: {formats.money(one['before'])}")
    return "<br>".join(lines)


def _summary(view: View, found: Rows, known: Rows, codes: dict[str, str | None]) -> str:
    """Return the finding, and what the map cannot show with its money."""
    formats = view.formats
    parts = []
    if known and known[0]["share"]:
        first = known[0]
        parts.append(
            f"{first['country']} makes {formats.percent(first['share'])} of "
            f"{money_name(view).lower()}, {formats.money(first['amount'])}; sales went to "
            f"{formats.plural(len(known), 'country', 'countries')}."
        )
    for one in found:
        if one["country"] == UNKNOWN and _has_sales(one):
            customers = formats.plural(one["customers"], "known customer")
            parts.append(
                f"{formats.money(one['amount'])} of {customers} have no known country and no "
                "place on the map."
            )
    strange = [one for one in known if not codes[one["country"]]]
    if strange:
        names = ", ".join(
            f"{one['country']} ({formats.money(one['amount'])})" for one in strange[:5]
        )
        more = f" and {len(strange) - 5} more" if len(strange) > 5 else ""
        parts.append(f"Not on the map: {names}{more}.")
    return " ".join(parts)


def _table(view: View, found: Rows, title: str) -> Table:
    formats, has_before = view.formats, view.before is not None
    past = [view.earlier.capitalize(), "Difference"] * has_before
    counts = map(view.label, ("returned_sales", "orders", "active_customers"))
    return Table(
        ["Country", money_name(view), *past, "Share", *counts],
        [
            [
                Link(one["country"], view.narrowed("countries", one["country"])),
                formats.money(one["amount"]),
                *([formats.money(one["before"]), formats.money(one["difference"])] * has_before),
                formats.percent(one["share"]),
                formats.money(one["returned"]),
                formats.count(one["orders"]),
                formats.count(one["customers"]),
            ]
            for one in found
        ],
        caption=title,
    )
