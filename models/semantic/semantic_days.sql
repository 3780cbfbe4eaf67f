{{ config(materialized='view') }}

with gold_sales_daily as (
    select * from {{ ref('gold_sales_daily') }}
),

-- Whole years around the sales; one odd year must not become a million days.
bounds as (
    select
        greatest(trunc(min(sale_date), 'year'), date '1970-01-01') as first_day,
        least(last_day(add_months(trunc(max(sale_date), 'year'), 11)), date '2100-12-31')
            as last_day
    from gold_sales_daily
),

final as (
    select explode(sequence(first_day, last_day)) as day
    from bounds
    where first_day <= last_day
)

select * from final
