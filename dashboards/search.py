"""Search: a customer, a product, a sale or a page, from anywhere by Ctrl K."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import ids
from dashboards.data.customers import find_customers
from dashboards.data.products import find_products
from dashboards.data.sales import find_sales
from dashboards.data.store import Data
from dashboards.filters import ALL, Filters
from dashboards.page import Page

_OFFERED = 6  # Of each kind.
_SHORTEST = 2  # Characters before rows are looked through.


def dialog() -> Component:
    """Return the dialog, closed; the button and Ctrl K open it, Escape closes it."""
    return html.Dialog(
        [
            dmc.TextInput(
                id=ids.SEARCH_TEXT,
                label="Search customers, products, sales and pages",
                placeholder="A name or an id",
                value="",
                debounce=200,
            ),
            html.Div(id=ids.SEARCH_FOUND, className="search-found", role="status"),
        ],
        id="search-dialog",
        className="search-dialog",
        **{"aria-label": "Search"},
    )


def results(
    typed: str, pages: Sequence[Page], data: Data | None, run: str = ""
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what matches a text: kinds, and the name and address of each match.

    Args:
        typed: What a person typed.
        pages: Pages to look through.
        data: The snapshot; without one pages alone are found.
        run: The run that the address is frozen to; blank for none.
    """
    text = typed.strip()
    everything = Filters(period=ALL).with_extra("run", run)
    same_run = Filters().with_extra("run", run).search()
    found = [(one.name, one.path + same_run) for one in pages if text.lower() in one.name.lower()]
    groups = [("Pages", found[:_OFFERED])]
    if data is not None and len(text) >= _SHORTEST:
        customers = find_customers(data, text, ())[:_OFFERED]
        groups += [
            (
                "Customers",
                [
                    (
                        one["label"],
                        "/customers" + everything.add("customers", one["value"]).search(),
                    )
                    for one in customers
                ],
            ),
            (
                "Products",
                [
                    (label, "/products" + everything.add("products", product).search())
                    for product, label in find_products(data, text, _OFFERED)
                ],
            ),
            (
                "Sales",
                [
                    (
                        f"{one['sale']}, {data.formats.day(one['sale_date'])}, "
                        f"{data.formats.money(one['sales'])}",
                        "/customers"
                        + replace(
                            everything,
                            period="custom",
                            start=one["sale_date"],
                            end=one["sale_date"],
                        )
                        .add("customers", one["customer"])
                        .search(),
                    )
                    for one in find_sales(data, text, _OFFERED)
                ],
            ),
        ]
    return [group for group in groups if group[1]]


def shown(groups: list[tuple[str, list[tuple[str, str]]]]) -> list[Component]:
    """Return what was found as lists of links."""
    if not groups:
        return [html.P("Nothing matches.", className="block-summary")]
    return [
        html.Section(
            [
                html.H2(kind, className="search-kind"),
                html.Ul(
                    [
                        html.Li(dcc.Link(name, href=href, className="search-link"))
                        for name, href in one
                    ]
                ),
            ]
        )
        for kind, one in groups
    ]
