"""Products: which sell, rise, fall and come back, what they cost, and what is bought with them."""

from __future__ import annotations

from dashboards.blocks import Bars, Chart, Grid, GridContents
from dashboards.charts import sales_chart
from dashboards.columns import PRODUCTS
from dashboards.data import over_time, products, sales
from dashboards.page import Contents, Page, View
from dashboards.pages.over_time import grain_of
from dashboards.pages.products.detail import pairs, price
from dashboards.pages.products.ranking import best_products, most_returned, movers
from dashboards.wording import less_returns

_TOP = 12


def fill(view: View) -> Contents:
    """Return the contents of each block."""
    formats, search = view.formats, view.filters.search()
    grain = grain_of(view)
    now = over_time.by_grain(view.data, view.filters, view.days, grain)
    before = over_time.earlier_by_grain(view.data, view.filters, view.days, grain, view.before)
    found = products.summary(view.data, view.filters, view.days, view.before)
    total = sales.totals(view.data, view.filters, view.days)
    return {
        "products-best": best_products(view, _TOP),
        "products-worst": most_returned(view),
        "products-rising": movers(view, found, rising=True),
        "products-falling": movers(view, found, rising=False),
        "products-line": sales_chart(view, now, before, grain),
        "products-price": price(view, grain),
        "products-pairs": pairs(view),
        "products-all": GridContents(
            f"{formats.plural(found['products'], 'product')}, {less_returns(total, formats)} in "
            "total. Select a name to filter by that product; Sales over time lists its sales.",
            search,
        ),
    }


PAGE = Page(
    path="/products",
    name="Products",
    title="Products",
    lead="Which products sell, rise, fall and come back? "
    "Select a bar or a name to see one product.",
    rows=[
        [Bars("products-best", "Best products", 12)],
        [
            Bars("products-rising", "Rising against previous period", 8),
            Bars("products-falling", "Falling against previous period", 8),
        ],
        [
            Chart("products-line", "Sales over time", height=260),
            Chart("products-price", "Price over time", height=260),
        ],
        [
            Bars("products-worst", "Most returned", 4),
            Bars("products-pairs", "Bought together", 4, "block-wide-name"),
        ],
        [Grid("products-all", "All products", "products", PRODUCTS, "all products")],
    ],
    fill=fill,
)
