"""Sentences that several pages share."""

from __future__ import annotations

from dashboards.data.conditions import counted_statuses
from dashboards.data.sales import SetAside
from dashboards.data.store import Data
from dashboards.filters import Days, Filters
from dashboards.formats import Formats


def money_name(filters: Filters) -> str:
    """Return what a sum of money is called: net sales, unless statuses are asked for."""
    statuses = counted_statuses(filters)
    if statuses == ("Completed",):
        return "Net sales"
    return "Sales, " + " and ".join(statuses).lower()


def left_out(aside: SetAside, formats: Formats) -> str:
    """Return what a sum of money leaves out."""
    if not aside.rows:
        return "nothing is left out: no rows in quarantine"
    are = "is" if aside.rows == 1 else "are"
    worth = f" worth up to {formats.money(aside.amount)}" if aside.amount else ""
    text = f"{formats.plural(aside.rows, 'row')}{worth} {are} in quarantine"
    if aside.unreadable:
        text += f", {formats.count(aside.unreadable)} of them without a readable amount"
    return text


def narrowed_to(filters: Filters) -> str:
    """Return the filters in words, to go into a sentence; blank without any."""
    lists = (filters.statuses, filters.categories, filters.countries, filters.customers)
    values = [value for one in lists for value in one]
    return f" ({', '.join(values)})" if values else ""


def period_name(filters: Filters, days: Days, data: Data) -> str:
    """Return the period in words."""
    return f"{data.formats.days(days)}{narrowed_to(filters)}"
