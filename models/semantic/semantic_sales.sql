{{ config(materialized='view') }}

with gold_sales as (
    select * from {{ ref('gold_sales') }}
),

final as (
    select
        -- what it is
        transaction_id as sale,
        order_id as order_number,
        row_id as raw_row,

        -- when
        transaction_at as sale_at,
        transaction_date as sale_date,

        -- who
        customer_id as customer,
        customer_name,
        country,

        -- what
        product_id as product,
        product_name,
        category,
        payment_method,
        status,

        -- how much
        quantity,
        unit_price,
        amount as sales,
        is_first_of_order as opens_order,

        -- how far to believe it
        is_corrected,
        array_join(warnings, ', ') as warnings
    from gold_sales
)

select * from final
