{{ config(materialized='view') }}

with obs_volume as (
    select * from {{ ref('obs_volume') }}
),

final as (
    select
        feed,
        sale_date,
        like_days,
        known_event,
        verdict,
        row_count,
        expected_count,
        lowest_expected_count,
        highest_expected_count,
        amount
    from obs_volume
)

select * from final
