with gold_sales_by_customer as (
    select * from {{ ref('gold_sales_by_customer') }}
),

-- A customer who returned more than was bought takes nothing from the shares of the others.
named_customers as (
    select
        *,
        greatest(net_amount, 0) as kept_amount
    from gold_sales_by_customer
    where customer_id <> '(unknown)'
),

final as (
    select
        row_number() over (order by net_amount desc, customer_id asc) as value_rank,
        customer_id as customer,
        customer_name,
        country,
        completed_order_count as number_of_orders,
        net_amount as lifetime_value,
        completed_amount as gross_value,
        returned_amount as returned_value,
        cast(
            try_divide(kept_amount, sum(kept_amount) over ()) as decimal(9, 6)
        ) as value_share,
        cast(
            try_divide(
                sum(kept_amount) over (
                    order by net_amount desc, customer_id asc
                    rows between unbounded preceding and current row
                ),
                sum(kept_amount) over ()
            ) as decimal(9, 6)
        ) as cumulative_value_share,
        last_completed_date as last_order_date,
        date_diff(max(last_completed_date) over (), last_completed_date) as days_since_last_order
    from named_customers
)

select * from final
