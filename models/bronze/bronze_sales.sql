with mapped_feed as (
    select * from {{ ref('bronze_sales_' ~ var('feed')) }}
),

final as (
    select
        -- ids
        -- A line that could not be read has no cells, whatever the mapping makes of nothing.
        if(_set_aside_reason is null, transaction_id, null) as transaction_id,
        if(_set_aside_reason is null, order_id, null) as order_id,

        -- cells
        if(_set_aside_reason is null, transaction_at, null) as transaction_at,
        if(_set_aside_reason is null, customer_id, null) as customer_id,
        if(_set_aside_reason is null, customer_name, null) as customer_name,
        if(_set_aside_reason is null, customer_email, null) as customer_email,
        if(_set_aside_reason is null, product_id, null) as product_id,
        if(_set_aside_reason is null, product_name, null) as product_name,
        if(_set_aside_reason is null, category, null) as category,
        if(_set_aside_reason is null, quantity, null) as quantity,
        if(_set_aside_reason is null, unit_price, null) as unit_price,
        if(_set_aside_reason is null, amount, null) as amount,
        if(_set_aside_reason is null, status, null) as status,
        if(_set_aside_reason is null, payment_method, null) as payment_method,
        if(_set_aside_reason is null, country, null) as country,

        -- booleans
        is_amount_derived,

        -- lineage
        _feed,
        _load_id,
        _source_file,
        _row_number,
        _line_number,
        _row_id,
        _loaded_at,
        _set_aside_reason,
        _set_aside_text
    from mapped_feed
)

select * from final
