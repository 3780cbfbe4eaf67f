with gold_sales_daily as (
    select * from {{ ref('gold_sales_daily') }}
),

by_status as (
    select
        sale_date,
        coalesce(sum(case when status = 'Completed' then amount end), 0) as gross_sales,
        coalesce(sum(case when status = 'Returned' then amount end), 0) as returned_sales,
        coalesce(sum(case when status = 'Pending' then amount end), 0) as pending_sales,
        coalesce(sum(case when status = 'Cancelled' then amount end), 0) as cancelled_sales,
        coalesce(sum(case when status = 'Completed' then order_count end), 0) as number_of_orders,
        coalesce(sum(case when status = 'Completed' then quantity end), 0) as units_sold,
        coalesce(sum(case when status = 'Returned' then quantity end), 0) as units_returned
    from gold_sales_daily
    group by sale_date
),

final as (
    select
        sale_date,
        cast(gross_sales - returned_sales as decimal(38, 2)) as net_sales,
        gross_sales,
        returned_sales,
        number_of_orders,
        units_sold,
        units_returned,
        cast(try_divide(gross_sales, number_of_orders) as decimal(18, 2)) as average_order_value,
        pending_sales,
        cancelled_sales
    from by_status
)

select * from final
