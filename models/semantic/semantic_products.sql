with gold_sales_by_product as (
    select * from {{ ref('gold_sales_by_product') }}
),

final as (
    select
        product_id as product,
        product_name,
        category,
        completed_quantity as units_sold,
        completed_amount as net_sales,
        cast(
            try_divide(completed_amount, sum(completed_amount) over ()) as decimal(9, 6)
        ) as net_sales_share,
        cast(
            try_divide(
                cancelled_amount, completed_amount + pending_amount + cancelled_amount
            ) as decimal(9, 6)
        ) as cancelled_share
    from gold_sales_by_product
)

select * from final
