{{ config(materialized='view') }}

with obs_runs as (
    select * from {{ ref('obs_runs') }}
),

final as (
    select
        run_id,
        parent_run_id,
        command,
        selection,
        feed,
        status,
        message,
        run_by,
        git_commit,
        started_at,
        finished_at,
        seconds
    from obs_runs
)

select * from final
