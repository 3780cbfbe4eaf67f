with gold_sales as (
    select * from {{ ref('gold_sales') }}
),

sales_by_day as (
    {{ saved_query('sales_by_day') }}
),

final as (
    select
        cast(metric_time__day as date) as sale_date,
        net_sales,
        gross_sales,
        returned_sales,
        orders as number_of_orders,
        units as units_sold,
        returned_units as units_returned,
        cast(average_order_value as decimal(18, 2)) as average_order_value,
        pending_sales,
        cancelled_sales
    from sales_by_day
)

select * from final
