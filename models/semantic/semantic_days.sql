{{ config(materialized='view') }}

with gold_sales_daily as (
    select * from {{ ref('gold_sales_daily') }}
),

-- One odd year must not become a million days.
bounds as (
    select
        greatest(min(sale_date), date '1970-01-01') as first_day,
        least(max(sale_date), date '2100-12-31') as last_day
    from gold_sales_daily
),

final as (
    select explode(sequence(first_day, last_day)) as day
    from bounds
    where first_day <= last_day
)

select * from final
