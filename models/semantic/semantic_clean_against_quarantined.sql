with silver_sales_assessed as (
    select * from {{ ref('silver_sales_assessed') }}
),

rows_by_day as (
    {{ saved_query('rows_by_day') }}
),

final as (
    select
        cast(metric_time__day as date) as sale_date,
        raw_rows,
        accepted_rows as clean_rows,
        quarantined_rows,
        duplicate_rows,
        superseded_rows,
        cast(try_divide(quarantined_rows, raw_rows) as decimal(9, 6)) as quarantined_share,
        accepted_value as clean_amount,
        quarantined_value as quarantined_amount
    from rows_by_day
)

select * from final
