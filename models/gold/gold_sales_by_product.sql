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
latest as (
    select
        named.product_key,
        named.category_key,
        max(struct(named._source_file, named._row_number, named.product_name)) as record
    from named
    inner join summed
        on
            named.product_key = summed.product_key
            and named.category_key = summed.category_key
            and named.transaction_at = summed.last_transaction_at
    group by named.product_key, named.category_key
),

final as (
    select
        summed.product_key as product_id,
        summed.category_key as category,
        latest.record.product_name,
        summed.sale_count,
        summed.completed_quantity,
        summed.returned_quantity,
        summed.completed_amount,
        summed.pending_amount,
        summed.cancelled_amount,
        summed.returned_amount,
        cast(summed.completed_amount - summed.returned_amount as decimal(28, 2)) as net_amount,
        summed.last_transaction_at as latest_sale_at,
        latest.record._source_file as latest_source_file,
        latest.record._row_number as latest_record_number
    from summed
    inner join latest
        on summed.product_key = latest.product_key and summed.category_key = latest.category_key
)

select * from final
