{{ config(materialized='view') }}

with obs_incidents as (
    select * from {{ ref('obs_incidents') }}
),

final as (
    select
        incident_id,
        kind,
        subject,
        severity,
        status,
        sentence,
        row_count,
        amount,
        seen_count,
        person,
        because,
        opened_at,
        last_seen_at,
        closed_at
    from obs_incidents
)

select * from final
