{{ config(materialized='view') }}

with known_events as (
    select * from {{ ref('known_events') }}
),

obs_incidents as (
    select * from {{ ref('obs_incidents') }}
),

declared as (
    select
        feed,
        try_cast(first_date as date) as first_date,
        coalesce(try_cast(last_date as date), try_cast(first_date as date)) as last_date,
        event,
        'declared' as told_by
    from known_events
),

acknowledged as (
    select
        split_part(subject, ' ', 1) as feed,
        try_cast(split_part(subject, ' ', 2) as date) as first_date,
        first_date as last_date,
        concat('acknowledged by ', person, ': ', because) as event,
        'incident' as told_by
    from obs_incidents
    where kind = 'volume' and person is not null
),

final as (
    select distinct
        feed,
        first_date,
        greatest(first_date, last_date) as last_date,
        event,
        told_by
    from (
        select * from declared
        union all
        select * from acknowledged
    ) as events
    where first_date is not null
)

select * from final
