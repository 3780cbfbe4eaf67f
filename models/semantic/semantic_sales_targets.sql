{{ config(materialized='view') }}

with sales_targets as (
    select * from {{ ref('sales_targets') }}
),

final as (
    select
        feed,
        try_cast(concat(month, '-01') as date) as month_start,
        nullif(trim(category), '') as category,
        try_cast(amount as decimal(18, 2)) as target
    from sales_targets
    where try_cast(concat(month, '-01') as date) is not null
)

select * from final
