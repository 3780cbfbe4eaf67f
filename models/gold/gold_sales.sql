{{ config(materialized='view') }}

with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

-- Sales without a customer, product, category or country stay in the sums, under one name.
final as (
    select
        -- ids
        transaction_id,
        order_id,
        coalesce(customer_id, '(unknown)') as customer_id,
        coalesce(product_id, '(unknown)') as product_id,

        -- text
        customer_name,
        product_name,
        coalesce(category, '(unknown)') as category,
        coalesce(country, '(unknown)') as country,
        status,
        payment_method,

        -- numbers
        quantity,
        unit_price,
        amount,

        -- booleans
        is_first_of_order,
        is_corrected,

        -- times
        transaction_at,
        transaction_date,

        -- judgement
        warnings,

        -- lineage
        _load_id as load_id,
        _row_id as row_id
    from silver_sales
)

select * from final
