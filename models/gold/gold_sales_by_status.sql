with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

final as (
    select
        status,
        count(*) as sale_count,
        count_if(is_first_of_order) as order_count,
        count(distinct customer_id) as customer_count,
        sum(quantity) as quantity,
        sum(amount) as amount,
        min(transaction_date) as first_sale_date,
        max(transaction_date) as last_sale_date
    from silver_sales
    group by status
)

select * from final
