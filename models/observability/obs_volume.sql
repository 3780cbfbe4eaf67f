with gold_row_dispositions as (
    select * from {{ ref('gold_row_dispositions') }}
),

observability_row_account as (
    select * from {{ ref('observability_row_account') }}
),

obs_known_events as (
    select * from {{ ref('obs_known_events') }}
),

newest_loads as (
    select
        feed,
        max(loaded_at) as loaded_at
    from observability_row_account
    group by feed
),

days as (
    select
        loads.feed,
        rows.transaction_date as sale_date,
        sum(rows.row_count) as row_count,
        sum(if(rows.disposition = 'accepted', rows.amount, 0)) as amount
    from gold_row_dispositions as rows
    inner join observability_row_account as loads on rows.load_id = loads.load_id
    where rows.transaction_date is not null
    group by loads.feed, rows.transaction_date
),

judged as (
    {{ volume_verdicts('days', 'obs_known_events') }}
),

final as (
    select
        judged.feed,
        judged.sale_date,
        judged.like_days,
        judged.known_event,
        -- A day is complete once something was loaded after it.
        if(
            judged.sale_date >= cast(newest_loads.loaded_at as date), 'incomplete', judged.verdict
        ) as verdict,
        judged.row_count,
        judged.expected_count,
        judged.lowest_expected_count,
        judged.highest_expected_count,
        judged.like_day_count,
        judged.sale_date > date_sub(
            max(judged.sale_date) over (partition by judged.feed),
            cast('{{ var('watched_days') }}' as int)
        ) as is_watched,
        cast(judged.amount as decimal(38, 2)) as amount
    from judged
    inner join newest_loads on judged.feed = newest_loads.feed
)

select * from final
