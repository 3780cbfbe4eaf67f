"""The sentence of the first screen: what changed most, and why."""

from __future__ import annotations

from decimal import Decimal

from dashboards.blocks import Link
from dashboards.data import changes
from dashboards.data.customers import customer_names
from dashboards.data.sales import Totals
from dashboards.page import View
from dashboards.wording import money_name

_NUMBERS = {1: "one customer", 2: "two customers", 3: "three customers"}
_NEWS = Decimal("0.005")  # Smaller changes are none.


def insight(view: View, now: Totals, before: Totals | None) -> list[str | Link]:
    """Return the sentence in parts: words, and links to what it names."""
    formats, name = view.formats, money_name(view)
    if view.before is None or before is None:
        return [f"{name} of {formats.money(now.amount)}; there is no {view.earlier} to compare."]
    difference = view.gained(now.amount, before.amount)
    if not difference and not now.amount:
        return [f"No sales in this period or the {view.earlier}."]
    cause = changes.main_cause(view.data, view.filters, view.days, view.before)
    parts: list[str | Link] = [f"{_headline(view, name, now.amount, before.amount)}"]
    if cause is None:
        return [*parts, "."]
    parts += [
        ": ",
        Link(cause.name, view.narrowed(cause.list_name, cause.value)),
        f" {signed(view, cause.difference)}",
    ]
    if cause.customers:
        names = customer_names(view.data, cause.customers)
        parts.append(f", mostly {_NUMBERS[len(cause.customers)]} (")
        for place, one in enumerate(cause.customers):
            parts += [", "] * bool(place)
            parts.append(Link(names.get(one, one), view.narrowed("customers", one)))
        parts.append(")")
    else:
        parts.append(", with many customers")
    return [*parts, "."]


def _headline(view: View, name: str, now: Decimal, before: Decimal) -> str:
    difference, name = view.gained(now, before), name + view.by_day
    if before <= 0:
        return f"{name} {'up' if difference > 0 else 'down'} {signed(view, difference)}"
    share = difference / view.gained(Decimal(0), -before)
    if abs(share) < _NEWS:
        return f"{name} almost unchanged ({signed(view, difference)})"
    up = "up" if share > 0 else "down"
    return f"{name} {up} {view.formats.percent(abs(share))} ({signed(view, difference)})"


def signed(view: View, amount: Decimal) -> str:
    """Return a difference with its sign."""
    return f"{'+' if amount > 0 else '−' if amount < 0 else ''}{view.formats.money(abs(amount))}"
