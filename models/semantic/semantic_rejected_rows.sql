{{ config(materialized='view') }}

with gold_rejected_rows as (
    select * from {{ ref('gold_rejected_rows') }}
),

final as (
    select
        -- which row
        row_id as raw_row,
        source_file,
        record_number,
        line_number,
        load_id,
        loaded_at,

        -- why it is set aside
        rejection_reasons[0] as first_reason,
        array_join(rejection_reasons, ', ') as reasons,
        array_join(warnings, ', ') as warnings,
        is_corrected,
        is_waived,
        waived_by,
        waived_because,

        -- what it may be worth
        transaction_date as sale_date,
        amount as readable_amount,

        -- what arrived
        {%- for cell in sales_cells() %}
            {{ cell }}_raw,
        {%- endfor %}
        line_raw
    from gold_rejected_rows
)

select * from final
