{{
    config(
        materialized='by_change',
        by_change={
            'input': 'silver_sales',
            'keys': {
                'product_id': "coalesce(product_id, '(unknown)')",
                'category': "coalesce(category, '(unknown)')",
            },
            'latest': [
                'product_name', 'latest_sale_at', 'latest_source_file', 'latest_record_number',
            ],
            'latest_by': ['latest_sale_at', 'latest_source_file', 'latest_record_number'],
        },
    )
}}

with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

-- Sales without a product or category stay in the sums, under one name.
named as (
    select
        *,
        coalesce(product_id, '(unknown)') as product_key,
        coalesce(category, '(unknown)') as category_key
    from silver_sales
),

summed as (
    select
        product_key,
        category_key,
        max(transaction_at) as last_transaction_at,
        count(*) as sale_count,
        coalesce(sum(case when status = 'Completed' then quantity end), 0) as completed_quantity,
        coalesce(sum(case when status = 'Returned' then quantity end), 0) as returned_quantity,
        coalesce(sum(case when status = 'Completed' then amount end), 0) as completed_amount,
        coalesce(sum(case when status = 'Pending' then amount end), 0) as pending_amount,
        coalesce(sum(case when status = 'Cancelled' then amount end), 0) as cancelled_amount,
        coalesce(sum(case when status = 'Returned' then amount end), 0) as returned_amount
    from named
    group by product_key, category_key
),

-- The latest record says what the product is called now; only the last few have to be compared.
with_latest as (
    select
        summed.*,
        max(struct(named._source_file, named._row_number, named.product_name)) as record
    from named
    inner join summed
        on
            named.product_key = summed.product_key
            and named.category_key = summed.category_key
            and named.transaction_at = summed.last_transaction_at
    group by all
),

final as (
    select
        with_latest.product_key as product_id,
        with_latest.category_key as category,
        with_latest.record.product_name,
        with_latest.sale_count,
        with_latest.completed_quantity,
        with_latest.returned_quantity,
        with_latest.completed_amount,
        with_latest.pending_amount,
        with_latest.cancelled_amount,
        with_latest.returned_amount,
        cast(with_latest.completed_amount - with_latest.returned_amount as decimal(28, 2))
            as net_amount,
        with_latest.last_transaction_at as latest_sale_at,
        with_latest.record._source_file as latest_source_file,
        with_latest.record._row_number as latest_record_number
    from with_latest
)

select * from final
