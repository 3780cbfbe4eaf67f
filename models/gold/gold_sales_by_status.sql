with gold_sales_daily as (
    select * from {{ ref('gold_sales_daily') }}
),

gold_sales_by_customer as (
    select * from {{ ref('gold_sales_by_customer') }}
),

days as (
    select
        status,
        sum(sale_count) as sale_count,
        sum(order_count) as order_count,
        cast(sum(quantity) as decimal(28, 3)) as quantity,
        cast(sum(amount) as decimal(28, 2)) as amount,
        min(sale_date) as first_sale_date,
        max(sale_date) as last_sale_date
    from gold_sales_daily
    group by status
),

customers as (
    select
        stack(
            4,
            'Completed', count_if(completed_sale_count > 0),
            'Pending', count_if(pending_sale_count > 0),
            'Cancelled', count_if(cancelled_sale_count > 0),
            'Returned', count_if(returned_sale_count > 0)
        ) as (status, customer_count)
    from gold_sales_by_customer
    where customer_id <> '(unknown)'
),

final as (
    select
        days.status,
        days.sale_count,
        days.order_count,
        customers.customer_count,
        days.quantity,
        days.amount,
        days.first_sale_date,
        days.last_sale_date
    from days
    inner join customers on days.status = customers.status
)

select * from final
