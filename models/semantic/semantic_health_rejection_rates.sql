{{ config(materialized='view') }}

with obs_rejection_rates as (
    select * from {{ ref('obs_rejection_rates') }}
),

final as (
    select
        feed,
        load_id,
        rule_id as reason,
        verdict,
        broken_count,
        row_count,
        rate,
        expected_rate,
        lowest_expected_rate,
        highest_expected_rate,
        loaded_at
    from obs_rejection_rates
)

select * from final
