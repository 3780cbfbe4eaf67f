{{ config(materialized='view') }}

with accounts as (
    {{ records_of('account', {
        'feed': 'string', 'load_id': 'string', 'raw_count': 'bigint', 'accepted_count': 'bigint',
        'quarantined_count': 'bigint', 'duplicate_count': 'bigint', 'superseded_count': 'bigint',
        'unaccounted_count': 'bigint', 'gold_count': 'bigint',
    }) }}
),

files as (
    {{ records_of('file', {
        'load_id': 'string', 'status': 'string', 'row_count': 'bigint', 'set_aside_count': 'bigint',
    }) }}
),

read_records as (
    select
        load_id,
        max(row_count + set_aside_count) as record_count
    from files
    where status = 'loaded'
    group by load_id
),

counted as (
    select
        accounts.run_id,
        accounts.feed,
        accounts.load_id,
        stack(
            3,
            'bronze', accounts.raw_count, coalesce(read_records.record_count, accounts.raw_count),
            'silver', accounts.raw_count - accounts.unaccounted_count, accounts.raw_count,
            'gold', coalesce(accounts.gold_count, 0), accounts.raw_count
        ) as (layer, row_count, expected_count)
    from accounts
    left join read_records on accounts.load_id = read_records.load_id
),

final as (
    select
        *,
        row_count - expected_count as difference_count,
        row_count = expected_count as is_accounted
    from counted
)

select * from final
