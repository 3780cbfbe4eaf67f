with obs_freshness as (
    select * from {{ ref('obs_freshness') }}
),

obs_volume as (
    select * from {{ ref('obs_volume') }}
),

obs_rejection_rates as (
    select * from {{ ref('obs_rejection_rates') }}
),

obs_files as (
    select * from {{ ref('obs_files') }}
),

obs_incidents as (
    select * from {{ ref('obs_incidents') }}
),

observability_row_account as (
    select * from {{ ref('observability_row_account') }}
),

late as (
    select
        'freshness' as kind,
        concat(feed, ' ', clock) as subject,
        'warn' as severity,
        concat(
            'the newest ', clock, ' is ', age_hours, ' h old; the target is ', promised_hours, ' h'
        ) as sentence,
        cast(null as bigint) as row_count,
        cast(null as decimal(28, 2)) as amount
    from obs_freshness
    where verdict = 'late'
),

-- A day stays odd until its rows are put right or a person has settled it, however old it gets.
open_days as (
    select distinct subject from obs_incidents
    where kind = 'volume' and status in ('open', 'acknowledged')
),

odd_days as (
    select
        'volume' as kind,
        concat(obs_volume.feed, ' ', obs_volume.sale_date) as subject,
        'warn' as severity,
        concat(
            obs_volume.row_count,
            ' rows; expected ',
            cast(ceil(obs_volume.lowest_expected_count) as bigint),
            ' to ',
            cast(floor(obs_volume.highest_expected_count) as bigint),
            ' on a ',
            obs_volume.like_days
        ) as sentence,
        obs_volume.row_count,
        cast(obs_volume.amount as decimal(28, 2)) as amount
    from obs_volume
    left join open_days on concat(obs_volume.feed, ' ', obs_volume.sale_date) = open_days.subject
    where
        obs_volume.verdict in ('low', 'high')
        and (obs_volume.is_watched or open_days.subject is not null)
),

odd_rates as (
    select
        'rejections' as kind,
        concat(feed, ' ', rule_id) as subject,
        'warn' as severity,
        concat(
            round(100 * rate, 2), ' % of the rows of ', load_id,
            ' break this rule; expected at most ',
            round(100 * highest_expected_rate, 2), ' %'
        ) as sentence,
        broken_count as row_count,
        cast(null as decimal(28, 2)) as amount
    from obs_rejection_rates
    where verdict = 'high' and load_age = 1
),

-- Files of the newest ingest of a feed that brought one.
newest_files as (
    select
        *,
        max(run_id) over (partition by feed) as newest_run_id
    from obs_files
),

changed_files as (
    select
        'schema' as kind,
        feed as subject,
        'warn' as severity,
        max(
            concat(
                file_name, ' has new columns: ',
                array_join(array_except(column_names, column_names_before), ', '),
                '; it lacks: ',
                array_join(array_except(column_names_before, column_names), ', ')
            )
        ) as sentence,
        sum(row_count) as row_count,
        cast(null as decimal(28, 2)) as amount
    from newest_files
    where has_new_columns and run_id = newest_run_id
    group by feed
),

unaccounted as (
    select
        'account' as kind,
        load_id as subject,
        'error' as severity,
        concat(unaccounted_count, ' of ', raw_count, ' raw rows are unaccounted for') as sentence,
        abs(unaccounted_count) as row_count,
        cast(null as decimal(28, 2)) as amount
    from observability_row_account
    where unaccounted_count <> 0
),

final as (
    select * from late
    union all
    select * from odd_days
    union all
    select * from odd_rates
    union all
    select * from changed_files
    union all
    select * from unaccounted
)

select * from final
