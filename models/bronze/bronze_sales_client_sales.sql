{{ config(enabled=var('feed') == 'client_sales') }}

with client_sales_raw as (
    select * from {{ ref('client_sales_raw') }}
),

final as (
    select
        -- ids
        transaction_id,
        transaction_id as order_id,

        -- cells
        transaction_at,
        customer_id,
        customer_name,
        customer_email,
        product_id,
        product_name,
        category,
        quantity,
        unit_price,
        amount,
        status,
        payment_method,
        country,

        -- booleans
        false as is_amount_derived,

        -- lineage
        {{ lineage_columns() }}
    from client_sales_raw
)

select * from final
