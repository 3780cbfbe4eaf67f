{{ config(materialized='view') }}

with silver_sales_assessed as (
    select * from {{ ref('silver_sales_assessed') }}
),

final as (
    select
        -- judgement
        rejection_reasons,
        warnings,
        is_corrected,
        waived_by,
        waived_because,

        -- raw cells
        transaction_id_raw,
        order_id_raw,
        transaction_at_raw,
        customer_id_raw,
        customer_name_raw,
        customer_email_raw,
        product_id_raw,
        product_name_raw,
        category_raw,
        quantity_raw,
        unit_price_raw,
        amount_raw,
        status_raw,
        payment_method_raw,
        country_raw,
        currency_raw,
        discount_raw,
        tax_raw,
        shipping_raw,
        undoes_order_id_raw,
        raw_before_correction,

        -- numbers
        amount,

        -- times
        transaction_date,

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
    from silver_sales_assessed
    where disposition = 'quarantined'
)

select * from final
