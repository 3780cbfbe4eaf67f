{#- What is declared to be no sale was read all the same: its cells stay. -#}
{%- set readable = "_set_aside_reason is null" -%}
{%- if feed_has(['not_sales']) or feed_has(['headings']) -%}
    {%- set readable = "coalesce(_set_aside_reason, 'not_a_sale') in ('not_a_sale', 'heading_row')" -%}
{%- endif -%}

with mapped_feed as (
    select * from {{ ref('bronze_sales_' ~ var('feed')) }}
),

final as (
    select
        -- ids
        -- A line that could not be read has no cells, whatever the mapping makes of nothing.
        if({{ readable }}, transaction_id, null) as transaction_id,
        if({{ readable }}, order_id, null) as order_id,

        -- cells
        if({{ readable }}, transaction_at, null) as transaction_at,
        if({{ readable }}, customer_id, null) as customer_id,
        if({{ readable }}, customer_name, null) as customer_name,
        if({{ readable }}, customer_email, null) as customer_email,
        if({{ readable }}, product_id, null) as product_id,
        if({{ readable }}, product_name, null) as product_name,
        if({{ readable }}, category, null) as category,
        if({{ readable }}, quantity, null) as quantity,
        if({{ readable }}, unit_price, null) as unit_price,
        if({{ readable }}, amount, null) as amount,
        if({{ readable }}, status, null) as status,
        if({{ readable }}, payment_method, null) as payment_method,
        if({{ readable }}, country, null) as country,
        {%- for cell in optional_cells(every=true) %}
        {{ 'if(' ~ readable ~ ', ' ~ cell ~ ', null)' if cell in optional_cells()
            else 'cast(null as string)' }} as {{ cell }},
        {%- endfor %}

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
