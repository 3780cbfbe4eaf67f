{{ config(materialized='view') }}

with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

newest as (
    select
        stack(
            2,
            'sale', max(transaction_at), cast({{ promised_hours(var('feed'), 'sale') }} as int),
            'load', max(_loaded_at), cast({{ promised_hours(var('feed'), 'load') }} as int)
        ) as (clock, newest_at, promised_hours)
    from silver_sales
),

aged as (
    select
        '{{ var('feed') }}' as feed,
        clock,
        newest_at,
        timestampdiff(hour, newest_at, current_timestamp()) as age_hours,
        promised_hours
    from newest
),

final as (
    select
        *,
        case
            when promised_hours is null then 'no target'
            when newest_at is null or age_hours >= promised_hours then 'late'
            else 'on time'
        end as verdict
    from aged
)

select * from final
