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
            'the newest ', clock, ' is ', age_hours, ' h old; ', promised_hours, ' h are promised'
        ) as sentence,
        cast(null as bigint) as row_count,
        cast(null as decimal(28, 2)) as amount
    from obs_freshness
    where verdict = 'late'
),

odd_days as (
    select
        'volume' as kind,
        concat(feed, ' ', sale_date) as subject,
        'warn' as severity,
        concat(
            row_count, ' rows; ', cast(ceil(lowest_expected_count) as bigint), ' to ',
            cast(floor(highest_expected_count) as bigint), ' are expected of a ', like_days
        ) as sentence,
        row_count,
        cast(amount as decimal(28, 2)) as amount
    from obs_volume
    where verdict in ('low', 'high') and (is_watched or concat(feed, ' ', sale_date) in (
        select subject from obs_incidents
        where kind = 'volume' and status in ('open', 'acknowledged')
    ))
),

odd_rates as (
    select
        'rejections' as kind,
        concat(feed, ' ', rule_id) as subject,
        'warn' as severity,
        concat(
            round(100 * rate, 2), ' % of the rows of ', load_id, ' break it; up to ',
            round(100 * highest_expected_rate, 2), ' % are expected'
        ) as sentence,
        broken_count as row_count,
        cast(null as decimal(28, 2)) as amount
    from obs_rejection_rates
    where verdict = 'high' and load_age = 1
),

-- Files of the newest ingest of a feed that brought one.
newest_files as (
    select * from obs_files
    where run_id = (select max(run_id) from obs_files)
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
    where has_new_columns
    group by feed
),

unaccounted as (
    select
        'account' as kind,
        load_id as subject,
        'error' as severity,
        concat(unaccounted_count, ' of ', raw_count, ' raw rows are in no count') as sentence,
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
