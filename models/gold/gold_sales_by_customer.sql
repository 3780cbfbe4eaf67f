with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

-- Sales without a customer stay in the sums, under one name.
named as (
    select
        *,
        coalesce(customer_id, '(unknown)') as customer_key,
        -- The latest record says what is true of the customer now.
        struct(transaction_at, _loaded_at, _source_file, _row_number) as recency
    from silver_sales
),

final as (
    select
        customer_key as customer_id,
        max_by(customer_name, recency) as customer_name,
        max_by(customer_email_hash, recency) as customer_email_hash,
        max_by(country, recency) as country,
        count(*) as sale_count,
        count(distinct case when status = 'Completed' then order_id end) as completed_order_count,
        count(distinct case when status = 'Pending' then order_id end) as pending_order_count,
        count(distinct case when status = 'Cancelled' then order_id end) as cancelled_order_count,
        coalesce(sum(case when status = 'Completed' then amount end), 0) as completed_amount,
        coalesce(sum(case when status = 'Pending' then amount end), 0) as pending_amount,
        coalesce(sum(case when status = 'Cancelled' then amount end), 0) as cancelled_amount,
        min(case when status = 'Completed' then transaction_date end) as first_completed_date,
        max(case when status = 'Completed' then transaction_date end) as last_completed_date
    from named
    group by customer_key
)

select * from final
