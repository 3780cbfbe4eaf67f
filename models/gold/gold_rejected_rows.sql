{{ config(materialized='view') }}

with silver_sales_quarantine as (
    select * from {{ ref('silver_sales_quarantine') }}
),

final as (
    select
        -- judgement
        rejection_reasons,
        warnings,
        is_corrected,
        waived_by is not null as is_waived,
        waived_by,
        waived_because,

        -- raw cells, without addresses
        {%- for cell in sales_cells() %}
            {{ hide_email(cell ~ '_raw') }} as {{ cell }}_raw,
        {%- endfor %}
        {{ hide_email('_set_aside_text', is_line=true) }} as line_raw,

        -- numbers
        amount,

        -- times
        transaction_date,

        -- lineage
        _load_id as load_id,
        _source_file as source_file,
        _row_number as record_number,
        _line_number as line_number,
        _row_id as row_id,
        _loaded_at as loaded_at
    from silver_sales_quarantine
)

select * from final
