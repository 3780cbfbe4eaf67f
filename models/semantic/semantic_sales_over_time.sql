with gold_sales_daily as (
    select * from {{ ref('gold_sales_daily') }}
),

final as (
    select
        sale_date,
        coalesce(sum(case when status = 'Completed' then amount end), 0) as net_sales,
        coalesce(sum(case when status = 'Completed' then order_count end), 0) as number_of_orders,
        coalesce(sum(case when status = 'Completed' then quantity end), 0) as units_sold,
        cast(
            try_divide(
                sum(case when status = 'Completed' then amount end),
                sum(case when status = 'Completed' then order_count end)
            ) as decimal(18, 2)
        ) as average_order_value,
        coalesce(sum(case when status = 'Pending' then amount end), 0) as pending_sales,
        coalesce(sum(case when status = 'Cancelled' then amount end), 0) as cancelled_sales
    from gold_sales_daily
    group by sale_date
)

select * from final
