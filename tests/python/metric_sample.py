"""The tables that metrics stand on, in DuckDB, made of those that the dashboard's sample has."""

from __future__ import annotations

import duckdb

from dashboards.data.store import Data

_SILVER = """
    create table silver as
    select
        'accepted' as disposition, raw_row as _row_id, status, payment_method, quantity,
        nullif(category, '(unknown)') as category, nullif(country, '(unknown)') as country,
        nullif(customer, '(unknown)') as customer_id, nullif(product, '(unknown)') as product_id,
        sales as amount, opens_order as is_first_of_order, sale_date as transaction_date,
        null as rejection_reasons
    from semantic_sales
    union all
    select
        'quarantined', raw_row, status_raw, payment_method_raw, null,
        nullif(category_raw, '(unknown)'), nullif(country_raw, '(unknown)'),
        nullif(customer_id_raw, '(unknown)'), nullif(product_id_raw, '(unknown)'),
        readable_amount, false, sale_date, string_split(reasons, ', ')
    from semantic_rejected_rows
"""
_LIVE = """
    create macro get(list, place) as list[place + 1];
    create schema {live};
    create view {live}.silver_sales_assessed as from silver;
    create view {live}.gold_sales as
    select
        _row_id as row_id, status, payment_method, quantity, amount, is_first_of_order,
        coalesce(category, '(unknown)') as category, coalesce(country, '(unknown)') as country,
        coalesce(customer_id, '(unknown)') as customer_id,
        coalesce(product_id, '(unknown)') as product_id, transaction_date
    from silver where disposition = 'accepted';
    create view {live}.gold_sales_by_customer as
    select
        customer_id, any_value(country) as country,
        count(*) filter (status = 'Completed' and is_first_of_order) as completed_order_count,
        min(transaction_date) filter (status = 'Completed') as first_completed_date
    from {live}.gold_sales group by customer_id;
    create view {live}.semantic_days as
    with days as (select min(transaction_date) as low, max(transaction_date) as high from silver)
    select unnest(generate_series(low, high, interval 1 day))::date as day from days;
"""


def lay_out(connection: duckdb.DuckDBPyConnection, data: Data, live: str) -> None:
    """Make ``silver``, and in a schema of the live tables' name what the semantic models read."""
    for table in ("semantic_sales", "semantic_rejected_rows"):
        connection.execute(f"create view {table} as from '{data.folder / table}.parquet'")
    connection.execute(_SILVER)
    connection.execute(_LIVE.format(live=live))
