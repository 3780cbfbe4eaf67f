"""Questions about products: what each sold, against the period before, and what goes with it."""

from __future__ import annotations

from typing import Any

from dashboards.data.conditions import counted_statuses, is_taken_off, measures, sales_where
from dashboards.data.sales import UNKNOWN
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters


def by_product(filters: Filters, days: Days, before: Days | None) -> tuple[str, dict[str, Any]]:
    """Return SQL and parameters of all products, sold in a period or in the one before.

    Columns: ``product``, ``product_name``, ``category``, those of ``measures``, ``quantity``
    (pieces, less what came back), ``share`` (of net sales above zero), ``returned_share`` (of the
    amount before returns), ``before`` (amount of the earlier period; None without one),
    ``difference``, ``moved`` (the same, but by day where the periods have not as many days) and
    ``last_sale``.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    past = "false"
    if before is not None:
        past, more = sales_where(filters, before, statuses)
        past = past.replace("$start and $end", "$earlier_start and $earlier_end")
        more |= {"earlier_start": before.start, "earlier_end": before.end}
        parameters |= {name: more[name] for name in more if name not in ("start", "end")}
    moved = "amount - before"
    if before is not None and len(before) != len(days):
        moved = f"amount / {len(days)} - before / {len(before)}"
    off = is_taken_off(statuses)
    none = "" if before is not None else " * null"
    sql = f"""
        with now as (
            select product, arg_max(product_name, sale_at) as product_name,
                arg_max(category, sale_at) as category, {measures(statuses)},
                sum(case when {off} then -quantity else quantity end) as quantity,
                max(sale_date) filter (not ({off})) as last_sale
            from semantic_sales where {where} group by product
        ),
        past as (
            select product, arg_max(product_name, sale_at) as past_name,
                arg_max(category, sale_at) as past_category,
                sum(case when {off} then -sales else sales end) as past_amount
            from semantic_sales where {past} group by product
        ),
        joined as (
            select coalesce(now.product, past.product) as product,
                coalesce(product_name, past_name) as product_name,
                coalesce(category, past_category) as category,
                coalesce(amount, 0) as amount, coalesce(returned, 0) as returned,
                coalesce(orders, 0) as orders, coalesce(sales, 0) as sales,
                coalesce(returns, 0) as returns, coalesce(quantity, 0) as quantity, last_sale,
                coalesce(past_amount, 0){none} as before
            from now full outer join past on now.product = past.product
        )
        select *, amount - before as difference, {moved} as moved,
            cast(greatest(amount, 0) / nullif(sum(greatest(amount, 0)) over (), 0) as double)
                as share,
            cast(returned / nullif(amount + returned, 0) as double) as returned_share
        from joined
    """
    return sql, parameters


def ranked(
    data: Data, filters: Filters, days: Days, before: Days | None, order: str, limit: int
) -> list[dict[str, Any]]:
    """Return the first products in an order such as ``amount desc``; the unknown one is in none."""
    sql, parameters = by_product(filters, days, before)
    return data.rows(
        f"select * from ({sql}) where product <> $unknown order by {order}, product limit $limit",
        parameters | {"unknown": UNKNOWN, "limit": limit},
    )


def summary(data: Data, filters: Filters, days: Days, before: Days | None) -> dict[str, Any]:
    """Return ``products``, ``amount``, ``returned`` and ``risen``, ``fallen`` of a period."""
    sql, parameters = by_product(filters, days, before)
    return data.row(
        "select count(*) filter (sales > 0 or returns > 0) as products, "
        "coalesce(sum(amount), 0) as amount, coalesce(sum(returned), 0) as returned, "
        "count(*) filter (moved > 0) as risen, count(*) filter (moved < 0) as fallen "
        f"from ({sql})",
        parameters,
    )


def prices(data: Data, filters: Filters, days: Days, bucket: str) -> list[dict[str, Any]]:
    """Return the price of a piece over time: ``bucket``, ``mean``, ``lowest``, ``highest``.

    The mean is by piece. Returns and pieces at no price are left out.

    Args:
        data: The snapshot.
        filters: What is asked for.
        days: Days to show.
        bucket: SQL of the first day of a day's bucket.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    return data.rows(
        f"select {bucket} as bucket, "
        "cast(sum(unit_price * quantity) / sum(quantity) as double) as mean, "
        "cast(min(unit_price) as double) as lowest, cast(max(unit_price) as double) as highest, "
        "cast(sum(quantity) as double) as quantity from semantic_sales "
        f"where {where} and not ({is_taken_off(statuses)}) and unit_price > 0 and quantity > 0 "
        "group by 1 order by 1",
        parameters,
    )


def bought_together(data: Data, filters: Filters, days: Days, limit: int) -> list[dict[str, Any]]:
    """Return what else stood in the orders of the chosen products, or the commonest pairs.

    Columns: ``product``, ``product_name``, ``other``, ``other_name``, ``orders`` (with both) and
    ``share`` (of the orders with ``product``). Orders of more than 60 products are no baskets, but
    stock for a reseller, and are left out.
    """
    chosen = filters.products
    statuses = counted_statuses(filters)
    open_filters = Filters(**(filters.__dict__ | {"products": ()}))
    where, parameters = sales_where(open_filters, days, statuses)
    narrowed = "mine.product in (select unnest($chosen))" if chosen else "mine.product < it.product"
    return data.rows(
        f"""
        with lines as (
            select distinct order_number, product from semantic_sales
            where {where} and not ({is_taken_off(statuses)}) and product <> $unknown
        ),
        baskets as (
            select *, count(*) over (partition by order_number) as size from lines
            qualify size between 2 and 60
        ),
        pairs as (
            select mine.product, it.product as other, count(*) as orders
            from baskets as mine inner join baskets as it
                on mine.order_number = it.order_number and mine.product <> it.product
            where {narrowed} group by all order by orders desc, 1, 2 limit $limit
        ),
        names as (
            select product, any_value(product_name) as name from semantic_sales group by product
        ),
        bought as (select product, count(*) as all_orders from lines group by product)
        select pairs.product, coalesce(mine.name, pairs.product) as product_name, pairs.other,
            coalesce(it.name, pairs.other) as other_name, pairs.orders,
            pairs.orders / bought.all_orders as share
        from pairs inner join bought using (product)
        left join names as mine on mine.product = pairs.product
        left join names as it on it.product = pairs.other
        order by pairs.orders desc, 1, 3
        """,
        parameters
        | {"limit": limit, "unknown": UNKNOWN}
        | ({"chosen": list(chosen)} if chosen else {}),
    )


def find_products(data: Data, typed: str, limit: int) -> list[tuple[str, str]]:
    """Return id and label of the products whose id or name holds a text, the best sold first."""
    found = data.rows(
        """
        select product, arg_max(product_name, sale_at) as name from semantic_sales
        where contains(lower(product || ' ' || coalesce(product_name, '')), lower($typed))
            and product <> $unknown
        group by product
        order by sum(case when status = 'Returned' then -sales else sales end) desc, product
        limit $limit
        """,
        {"typed": typed, "unknown": UNKNOWN, "limit": limit},
    )
    return [
        (one["product"], f"{one['name']} ({one['product']})" if one["name"] else one["product"])
        for one in found
    ]


def product_names(data: Data, products: tuple[str, ...]) -> dict[str, str]:
    """Return what to call products, by id; none where no name is known."""
    if not products:
        return {}
    found = data.rows(
        "select product, arg_max(product_name, sale_at) as name from semantic_sales "
        "where product in (select unnest($products)) group by product",
        {"products": list(products)},
    )
    return {one["product"]: f"{one['name']} ({one['product']})" for one in found if one["name"]}
