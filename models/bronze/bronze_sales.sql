with mapped_feed as (
    select * from {{ ref('bronze_sales_' ~ var('feed')) }}
),

final as (
    select
        -- A line that could not be read has no cells, whatever the mapping makes of nothing.
        {%- for cell in sales_cells() %}
        if(_set_aside_reason is null, {{ cell }}, null) as {{ cell }},
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
