with gold_sales_by_status as (
    select * from {{ ref('gold_sales_by_status') }}
),

final as (
    select
        status,
        order_count as number_of_orders,
        customer_count as number_of_customers,
        amount as sales,
        cast(try_divide(amount, sum(amount) over ()) as decimal(9, 6)) as sales_share,
        cast(try_divide(amount, order_count) as decimal(18, 2)) as average_order_value
    from gold_sales_by_status
)

select * from final
