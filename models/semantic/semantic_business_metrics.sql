with gold_sales_by_customer as (
    select * from {{ ref('gold_sales_by_customer') }}
),

final as (
    select
        customer_id as customer,
        customer_name,
        country,
        completed_order_count as number_of_orders,
        net_amount as lifetime_value,
        completed_amount as gross_value,
        returned_amount as returned_value,
        cast(
            try_divide(completed_amount, completed_order_count) as decimal(18, 2)
        ) as average_order_value,
        first_completed_date as first_order_date,
        last_completed_date as last_order_date,
        pending_amount as open_value,
        cancelled_amount as cancelled_value
    from gold_sales_by_customer
)

select * from final
