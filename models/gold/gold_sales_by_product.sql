with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

-- Sales without a product or category stay in the sums, under one name.
named as (
    select
        *,
        coalesce(product_id, '(unknown)') as product_key,
        coalesce(category, '(unknown)') as category_key,
        struct(transaction_at, _loaded_at, _source_file, _row_number) as recency
    from silver_sales
),

final as (
    select
        product_key as product_id,
        category_key as category,
        max_by(product_name, recency) as product_name,
        count(*) as sale_count,
        coalesce(sum(case when status = 'Completed' then quantity end), 0) as completed_quantity,
        coalesce(sum(case when status = 'Completed' then amount end), 0) as completed_amount,
        coalesce(sum(case when status = 'Pending' then amount end), 0) as pending_amount,
        coalesce(sum(case when status = 'Cancelled' then amount end), 0) as cancelled_amount
    from named
    group by product_key, category_key
)

select * from final
