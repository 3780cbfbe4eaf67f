with gold_sales_by_product as (
    select * from {{ ref('gold_sales_by_product') }}
),

-- A product that came back more than it sold takes nothing from the shares of the others.
with_kept_amount as (
    select
        *,
        greatest(net_amount, 0) as kept_amount
    from gold_sales_by_product
),

final as (
    select
        product_id as product,
        product_name,
        category,
        completed_quantity as units_sold,
        returned_quantity as units_returned,
        net_amount as net_sales,
        completed_amount as gross_sales,
        returned_amount as returned_sales,
        cast(
            try_divide(kept_amount, sum(kept_amount) over ()) as decimal(9, 6)
        ) as net_sales_share,
        -- Returns may be worth any number of times the sales: no share then, and no failed run.
        try_cast(
            try_divide(returned_amount, completed_amount) as decimal(18, 6)
        ) as returned_share,
        cast(
            try_divide(
                cancelled_amount, completed_amount + pending_amount + cancelled_amount
            ) as decimal(9, 6)
        ) as cancelled_share
    from with_kept_amount
)

select * from final
