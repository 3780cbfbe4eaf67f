"""What a page is asked for, above its figures: chips to take away, and what cannot be given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboards.data.customers import customer_names
from dashboards.data.products import product_names
from dashboards.data.store import Data
from dashboards.filters import A_YEAR_BEFORE, ALL, CUSTOM, Domain, Filters, unknown

_CHIP_NAMES = {
    "statuses": "Status",
    "categories": "Category",
    "countries": "Country",
    "customers": "Customer",
    "products": "Product",
}
_IGNORED = {"address": "The address holds {value}; all of them are ignored."}


def notices(filters: Filters, data: Data) -> list[str]:
    """Return a sentence for each thing that was ignored, is unknown, or lies outside the data."""
    found = [
        _IGNORED.get(name, "'{name}={value}' in the address is not known and is ignored.").format(
            name=name, value=value
        )
        for name, value in filters.ignored
    ]
    found += [
        f"The data has no {_CHIP_NAMES[name].lower()} '{value}'; nothing matches it."
        for name, value in unknown(filters, data.domain)
    ]
    domain, formats = data.domain, data.formats
    days = filters.days(domain)
    if filters.period == CUSTOM and data.manifest.rows.get("semantic_sales"):
        holds = f"the data holds {formats.day(domain.first)} to {formats.day(domain.last)}"
        if days.end < domain.first or days.start > domain.last:
            found.append(f"No sales are loaded for {formats.days(days)}: {holds}.")
        elif days.start < domain.first or days.end > domain.last:
            found.append(f"Part of {formats.days(days)} is outside the data: {holds}.")
    return found


def known_values(asked: Filters, name: str, domain: Domain) -> list[str]:
    """Return what a control can show of a list: it has no words for what the data has not."""
    strange = {value for where, value in unknown(asked, domain) if where == name}
    return [value for value in getattr(asked, name) if value not in strange]


def chips(filters: Filters, path: str, data: Data) -> list[Any]:
    """Return a removable chip for each filter that is set."""
    found = []
    names = {
        "customers": customer_names(data, filters.customers),
        "products": product_names(data, filters.products),
    }
    if filters.period == CUSTOM:
        rest = replace(filters, period=Filters().period, start=None, end=None)
        found.append(("Days", data.formats.days(filters.days(data.domain)), rest))
    for name, label in _CHIP_NAMES.items():
        found += [
            (
                label,
                names.get(name, {}).get(value, value),
                filters.without(name, value),
            )
            for value in getattr(filters, name)
        ]
    if reason := filters.extra("reason"):
        found.append(("Reason", reason, filters.with_extra("reason", "")))
    links = [
        dcc.Link(
            [html.Span(f"{label}: {value}"), html.Span("×", **{"aria-hidden": "true"})],
            href=path + rest.search(),
            className="chip",
            title=f"Remove the filter {label}: {value}",
        )
        for label, value, rest in found
    ]
    if len(links) > 1:
        none = Filters().with_extra("run", filters.extra("run"))
        links.append(dcc.Link("Clear all", href=path + none.search(), className="chip chip-clear"))
    return links


def comparisons(filters: Filters, path: str, data: Data) -> list[Any]:
    """Return what figures may be compared with, as links; what they are is named with its days."""
    asked = filters.extra("vs")
    links = [
        html.B(name)
        if value == asked
        else dcc.Link(name, href=path + filters.with_extra("vs", value).search())
        for value, name in (("", "period before"), (A_YEAR_BEFORE, "same weeks a year before"))
    ]
    return [html.Span("Compared with "), *links, html.Span(_compared_days(filters, data))]


def _compared_days(filters: Filters, data: Data) -> str:
    """Return the days to compare with, and what of them does not compare."""
    if filters.period == ALL:
        return "(nothing: all days are shown)"
    compared, domain, formats = filters.compared(data.domain), data.domain, data.formats
    if compared is None:
        return "(no sales then)"
    days, text = filters.days(domain), formats.days(compared)
    if len(days) != len(compared):
        text += f": {len(compared)} days, here {len(days)}; changes are by day, amounts in full"
    if compared.start < domain.first:
        text += f"; the data begins on {formats.day(domain.first)}"
    if compared.end > domain.last:
        text += f"; the data ends on {formats.day(domain.last)}"
    return f"({text})"


def chosen_comparison(filters: Filters, domain: Domain) -> list[str | None]:
    """Return first and last day to compare with where they were chosen by hand, else none."""
    days = filters.compared(domain)
    if filters.extra("vs") in ("", A_YEAR_BEFORE) or days is None:
        return [None, None]
    return [days.start.isoformat(), days.end.isoformat()]
