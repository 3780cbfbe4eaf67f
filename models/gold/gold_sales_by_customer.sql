{{
    config(
        materialized='by_change',
        by_change={
            'input': 'silver_sales',
            'keys': {'customer_id': "coalesce(customer_id, '(unknown)')"},
            'least': ['first_completed_date'],
            'greatest': ['last_completed_date'],
            'latest': [
                'customer_name', 'customer_email_hash', 'country',
                'latest_sale_at', 'latest_source_file', 'latest_record_number',
            ],
            'latest_by': ['latest_sale_at', 'latest_source_file', 'latest_record_number'],
        },
    )
}}

with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

-- Sales without a customer stay in the sums, under one name.
named as (
    select
        *,
        coalesce(customer_id, '(unknown)') as customer_key
    from silver_sales
),

summed as (
    select
        customer_key,
        max(transaction_at) as last_transaction_at,
        count(*) as sale_count,
        count_if(status = 'Completed') as completed_sale_count,
        count_if(status = 'Pending') as pending_sale_count,
        count_if(status = 'Cancelled') as cancelled_sale_count,
        count_if(status = 'Returned') as returned_sale_count,
        count_if(is_first_of_order and status = 'Completed') as completed_order_count,
        count_if(is_first_of_order and status = 'Pending') as pending_order_count,
        count_if(is_first_of_order and status = 'Cancelled') as cancelled_order_count,
        count_if(is_first_of_order and status = 'Returned') as returned_order_count,
        coalesce(sum(case when status = 'Completed' then amount end), 0) as completed_amount,
        coalesce(sum(case when status = 'Pending' then amount end), 0) as pending_amount,
        coalesce(sum(case when status = 'Cancelled' then amount end), 0) as cancelled_amount,
        coalesce(sum(case when status = 'Returned' then amount end), 0) as returned_amount,
        min(case when status = 'Completed' then transaction_date end) as first_completed_date,
        max(case when status = 'Completed' then transaction_date end) as last_completed_date
    from named
    group by customer_key
),

-- The latest record says what is true of the customer now; only the last few have to be compared.
-- Customers fit into memory, a part of them at a time; all sales need not be sorted for it.
with_latest as (
    select /*+ shuffle_hash(summed) */
        summed.*,
        max(
            struct(
                named._source_file,
                named._row_number,
                named.customer_name,
                named.customer_email_hash,
                named.country
            )
        ) as record
    from named
    inner join summed
        on
            named.customer_key = summed.customer_key
            and named.transaction_at = summed.last_transaction_at
    group by all
),

final as (
    select
        with_latest.customer_key as customer_id,
        with_latest.record.customer_name,
        with_latest.record.customer_email_hash,
        with_latest.record.country,
        with_latest.sale_count,
        with_latest.completed_sale_count,
        with_latest.pending_sale_count,
        with_latest.cancelled_sale_count,
        with_latest.returned_sale_count,
        with_latest.completed_order_count,
        with_latest.pending_order_count,
        with_latest.cancelled_order_count,
        with_latest.returned_order_count,
        with_latest.completed_amount,
        with_latest.pending_amount,
        with_latest.cancelled_amount,
        with_latest.returned_amount,
        cast(with_latest.completed_amount - with_latest.returned_amount as decimal(28, 2))
            as net_amount,
        with_latest.first_completed_date,
        with_latest.last_completed_date,
        with_latest.last_transaction_at as latest_sale_at,
        with_latest.record._source_file as latest_source_file,
        with_latest.record._row_number as latest_record_number
    from with_latest
)

select * from final
