{{ config(materialized='view') }}

with obs_test_results as (
    select * from {{ ref('obs_test_results') }}
),

final as (
    select
        run_id,
        test_name as test,
        model_name as model,
        severity,
        status,
        failure_count,
        message,
        seconds
    from obs_test_results
)

select * from final
