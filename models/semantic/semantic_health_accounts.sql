{{ config(materialized='view') }}

with obs_row_accounts as (
    select * from {{ ref('obs_row_accounts') }}
),

final as (
    select
        run_id,
        feed,
        load_id,
        layer,
        row_count,
        expected_count,
        difference_count,
        is_accounted
    from obs_row_accounts
)

select * from final
