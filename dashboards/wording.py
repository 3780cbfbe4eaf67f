"""Sentences that several pages share."""

from __future__ import annotations

from dashboards.data.conditions import NET, RETURNED, counted_statuses, subtracts_returns
from dashboards.data.sales import SetAside, Totals
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters
from dashboards.formats import Formats
from dashboards.page import View


def money_name(view: View) -> str:
    """Return what a sum of money is called: net sales, unless statuses are asked for."""
    statuses = counted_statuses(view.filters)
    if set(statuses) == set(NET):
        return view.label("net_sales")
    less = " less returned" if subtracts_returns(statuses) else ""
    return gross_name(view) + less


def gross_name(view: View) -> str:
    """Return what the same sum is called before returns are taken off."""
    statuses = counted_statuses(view.filters)
    if statuses == (RETURNED,):
        return view.label("returned_sales")
    kept = [one for one in statuses if one != RETURNED]
    if kept == ["Completed"]:
        return view.label("gross_sales")
    return "Sales, " + " and ".join(kept).lower()


def less_returns(total: Totals, formats: Formats) -> str:
    """Return a sum of money, and what was taken off for returns where anything was."""
    if not total.returns:
        return formats.money(total.amount)
    return (
        f"{formats.money(total.gross)} less {formats.money(total.returned)} of "
        f"{formats.plural(total.returns, 'return')}: {formats.money(total.amount)}"
    )


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


def every_status(total: Totals, formats: Formats) -> str:
    """Return the sales of every status and their worth, returned ones apart."""
    text = f"{formats.plural(total.sales, 'sale')}, together {formats.money(total.gross)}"
    if total.returns:
        text += f"; {formats.plural(total.returns, 'return')} of {formats.money(total.returned)}"
    return text


def narrowed_to(filters: Filters) -> str:
    """Return the filters in words, to go into a sentence; blank without any."""
    lists = (
        *(filters.statuses, filters.categories, filters.countries),
        *(filters.customers, filters.products),
    )
    values = [value for one in lists for value in one]
    return f" ({', '.join(values)})" if values else ""


def period_name(filters: Filters, days: Days, data: Data) -> str:
    """Return the period in words."""
    return f"{data.formats.days(days)}{narrowed_to(filters)}"
