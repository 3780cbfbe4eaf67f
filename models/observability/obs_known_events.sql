{{ config(materialized='view') }}

with obs_events as (
    select * from {{ ref('obs_events') }}
),

days as (
    select
        feed,
        explode(sequence(first_date, last_date, interval 1 day)) as sale_date,
        event
    from obs_events
),

final as (
    select
        feed,
        sale_date,
        min(event) as event
    from days
    group by feed, sale_date
)

select * from final
