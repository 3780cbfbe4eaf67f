"""Where: a map of countries with a table beside it, and one country in detail."""

from __future__ import annotations

from dashboards.blocks import Bars, Chart, Grid, GridContents, Tabs
from dashboards.charts import customers_chart, sales_chart
from dashboards.columns import COUNTRIES
from dashboards.data import groups, over_time, sales
from dashboards.page import Contents, Page, View
from dashboards.pages.over_time import grain_of
from dashboards.pages.products.ranking import best_products
from dashboards.pages.where.world import area_of, area_tabs, world
from dashboards.wording import less_returns

_TOP = 8


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    formats = view.formats
    grain = grain_of(view)
    now = over_time.by_grain(view.data, view.filters, view.days, grain)
    before = over_time.earlier_by_grain(view.data, view.filters, view.days, grain, view.before)
    everywhere = view.without("countries")
    found = groups.by_value(view.data, everywhere, view.days, view.before, "country")
    total = sales.totals(view.data, view.filters, view.days)
    area = area_of(view, found)
    return {
        "where-area": area_tabs(view, found, area),
        "where-map": world(view, found, area),
        "where-all": GridContents(
            f"{less_returns(total, formats)} in total. Select a name to filter by that country.",
            view.filters.search(),
        ),
        "where-line": sales_chart(view, now, before, grain),
        "where-products": best_products(view, _TOP),
        "where-customers": customers_chart(view, _TOP),
    }


PAGE = Page(
    path="/where",
    name="Where",
    title="Where",
    lead="Which countries buy, and what? Select a country on the map or in the table.",
    rows=[
        [Tabs("where-area", "Part of the world")],
        [
            Chart("where-map", "Sales by country", height=400, class_name="block-map"),
            Grid("where-all", "All countries", "countries", COUNTRIES, "all countries"),
        ],
        [Chart("where-line", "Sales over time", height=260)],
        [
            Bars("where-products", "Best products", _TOP),
            Bars("where-customers", "Top customers", _TOP),
        ],
    ],
    fill=fill,
)
