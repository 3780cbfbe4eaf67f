with mapped_feed as (
    select * from {{ ref('bronze_sales_' ~ var('feed')) }}
),

final as (
    select
        -- ids
        transaction_id,
        order_id,

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
        is_amount_derived,

        -- lineage
        _feed,
        _load_id,
        _source_file,
        _row_number,
        _row_id,
        _loaded_at
    from mapped_feed
)

select * from final
