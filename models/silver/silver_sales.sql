{{ config(materialized='view') }}

with silver_sales_assessed as (
    select * from {{ ref('silver_sales_assessed') }}
),

final as (
    select
        -- ids
        transaction_id,
        order_id,
        customer_id,
        product_id,

        -- text
        customer_name,
        customer_email_hash,
        product_name,
        category,
        status,
        payment_method,
        country,
        currency,
        undoes_order_id,

        -- numbers
        quantity,
        unit_price,
        amount,
        discount,
        tax,
        shipping,
        exchange_rate,

        -- booleans
        is_first_of_order,
        is_corrected,

        -- times
        transaction_at,
        transaction_date,

        -- judgement
        warnings,

        -- lineage
        _feed,
        _load_id,
        _source_file,
        _row_number,
        _row_id,
        _loaded_at
    from silver_sales_assessed
    where disposition = 'accepted'
)

select * from final
