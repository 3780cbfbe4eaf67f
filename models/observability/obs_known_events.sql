{{ config(materialized='view') }}

with known_events as (
    select * from {{ ref('known_events') }}
),

obs_incidents as (
    select * from {{ ref('obs_incidents') }}
),

spans as (
    select
        feed,
        event,
        try_cast(first_date as date) as first_date,
        coalesce(try_cast(last_date as date), try_cast(first_date as date)) as last_date
    from known_events
),

declared as (
    select
        feed,
        explode(sequence(first_date, greatest(first_date, last_date), interval 1 day)) as sale_date,
        event
    from spans
    where first_date is not null
),

acknowledged as (
    select
        split_part(subject, ' ', 1) as feed,
        try_cast(split_part(subject, ' ', 2) as date) as sale_date,
        concat('acknowledged by ', person, ': ', because) as event
    from obs_incidents
    where kind = 'volume' and person is not null
),

final as (
    select
        feed,
        sale_date,
        min(event) as event
    from (
        select * from declared
        union all
        select * from acknowledged
    ) as days
    where sale_date is not null
    group by feed, sale_date
)

select * from final
