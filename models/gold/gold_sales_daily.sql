with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

named as (
    select
        *,
        coalesce(country, '(unknown)') as country_key
    from silver_sales
),

-- An order counts once for each status, on the day and in the country of its first record there:
-- so counts of any days and countries may be added up.
orders as (
    select
        order_id,
        status,
        min(struct(transaction_date, country_key)) as opening
    from named
    group by _feed, order_id, status
),

counted_orders as (
    select
        orders.opening.transaction_date,
        orders.status,
        orders.opening.country_key,
        count(*) as order_count
    from orders
    group by orders.opening.transaction_date, orders.status, orders.opening.country_key
),

summed_sales as (
    select
        transaction_date,
        status,
        country_key,
        count(*) as sale_count,
        sum(quantity) as quantity,
        sum(amount) as amount
    from named
    group by transaction_date, status, country_key
),

final as (
    select
        summed_sales.transaction_date as sale_date,
        summed_sales.status,
        summed_sales.country_key as country,
        summed_sales.sale_count,
        coalesce(counted_orders.order_count, 0) as order_count,
        summed_sales.quantity,
        summed_sales.amount
    from summed_sales
    left join counted_orders
        on
            summed_sales.transaction_date = counted_orders.transaction_date
            and summed_sales.status = counted_orders.status
            and summed_sales.country_key = counted_orders.country_key
)

select * from final
