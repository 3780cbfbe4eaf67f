{{ config(materialized='view') }}

with obs_node_results as (
    select * from {{ ref('obs_node_results') }}
),

final as (
    select
        run_id,
        node_name as model,
        layer,
        materialized,
        status,
        message,
        row_count,
        byte_count,
        seconds,
        started_at
    from obs_node_results
    -- dbt counts exposures among the nodes of a build; nothing is built of them.
    where resource_type != 'exposure'
)

select * from final
