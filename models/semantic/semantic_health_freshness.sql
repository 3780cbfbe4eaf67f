{{ config(materialized='view') }}

with obs_freshness as (
    select * from {{ ref('obs_freshness') }}
),

final as (
    select
        feed,
        clock,
        newest_at,
        age_hours,
        promised_hours,
        verdict
    from obs_freshness
)

select * from final
