with gold_sales as (
    select * from {{ ref('gold_sales') }}
),

sales_by_status as (
    {{ saved_query('sales_by_status') }}
),

final as (
    select
        sale__status as status,
        orders_of_any_status as number_of_orders,
        customers_of_any_status as number_of_customers,
        sales_of_any_status as sales,
        cast(
            try_divide(sales_of_any_status, sum(sales_of_any_status) over ()) as decimal(9, 6)
        ) as sales_share,
        cast(try_divide(sales_of_any_status, orders_of_any_status) as decimal(18, 2))
            as average_order_value
    from sales_by_status
)

select * from final
