with gold_customer_segments as (
    select * from {{ ref('gold_customer_segments') }}
),

-- A customer who returned more than was bought takes nothing from the shares of the others.
summed as (
    select
        segment,
        count(*) as number_of_customers,
        sum(completed_order_count) as number_of_orders,
        sum(net_amount) as lifetime_value,
        sum(greatest(net_amount, 0)) as kept_amount,
        avg(days_since_last_order) as mean_days
    from gold_customer_segments
    group by segment
),

final as (
    select
        segment,
        number_of_customers,
        number_of_orders,
        cast(lifetime_value as decimal(28, 2)) as lifetime_value,
        cast(
            try_divide(number_of_customers, sum(number_of_customers) over ()) as decimal(9, 6)
        ) as customer_share,
        cast(try_divide(kept_amount, sum(kept_amount) over ()) as decimal(9, 6)) as value_share,
        cast(mean_days as decimal(9, 1)) as average_days_since_last_order
    from summed
)

select * from final
