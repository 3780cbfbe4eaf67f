with gold_sales_by_customer as (
    select * from {{ ref('gold_sales_by_customer') }}
),

named_customers as (
    select * from gold_sales_by_customer
    where customer_id <> '(unknown)'
),

final as (
    select
        row_number() over (order by completed_amount desc, customer_id asc) as value_rank,
        customer_id as customer,
        customer_name,
        country,
        completed_order_count as number_of_orders,
        completed_amount as lifetime_value,
        cast(
            try_divide(completed_amount, sum(completed_amount) over ()) as decimal(9, 6)
        ) as value_share,
        cast(
            try_divide(
                sum(completed_amount) over (
                    order by completed_amount desc, customer_id asc
                    rows between unbounded preceding and current row
                ),
                sum(completed_amount) over ()
            ) as decimal(9, 6)
        ) as cumulative_value_share,
        last_completed_date as last_order_date,
        date_diff(max(last_completed_date) over (), last_completed_date) as days_since_last_order
    from named_customers
)

select * from final
