{{
    config(
        materialized='by_load',
        by_load={
            'inputs': ['bronze_sales', 'silver_sales_assessed'],
            'loads': 'loads_of_silver',
            'column': 'load_id',
        },
    )
}}
-- depends_on: {{ ref('silver_loads') }}

with bronze_sales as (
    select * from {{ ref('bronze_sales') }}
),

silver_sales_assessed as (
    select * from {{ ref('silver_sales_assessed') }}
),

-- A load is one file. Each of 64 row numbers in turn is a bit of one number: distinct ones are
-- counted without all of them being shuffled.
raw_rows_by_64 as (
    select
        _feed,
        _load_id,
        count(*) as raw_count,
        bit_or(shiftleft(cast(1 as bigint), cast(_row_number & 63 as int))) as row_number_bits,
        count_if({{ is_erased() }}) as erased_count,
        min(_loaded_at) as loaded_at
    from bronze_sales
    group by _feed, _load_id, shiftright(_row_number, 6)
),

raw_rows as (
    select
        _feed,
        _load_id,
        sum(raw_count) as raw_count,
        sum(bit_count(row_number_bits)) as distinct_raw_count,
        sum(erased_count) as erased_count,
        min(loaded_at) as loaded_at
    from raw_rows_by_64
    group by _feed, _load_id
),

judged_rows as (
    select
        _feed,
        _load_id,
        count_if(disposition = 'accepted') as accepted_count,
        count_if(disposition = 'quarantined') as quarantined_count,
        count_if(disposition = 'duplicate') as duplicate_count,
        count_if(disposition = 'superseded') as superseded_count
    from silver_sales_assessed
    group by _feed, _load_id
),

-- Both sides are kept whole: a load known to one of them only is the worst fault of all.
accounts as (
    select
        coalesce(raw_rows._feed, judged_rows._feed) as feed,
        coalesce(raw_rows._load_id, judged_rows._load_id) as load_id,
        raw_rows.loaded_at,
        coalesce(raw_rows.raw_count, 0) as raw_count,
        coalesce(raw_rows.distinct_raw_count, 0) as distinct_raw_count,
        coalesce(judged_rows.accepted_count, 0) as accepted_count,
        coalesce(judged_rows.quarantined_count, 0) as quarantined_count,
        coalesce(judged_rows.duplicate_count, 0) as duplicate_count,
        coalesce(judged_rows.superseded_count, 0) as superseded_count,
        coalesce(raw_rows.erased_count, 0) as erased_count
    from raw_rows
    full outer join judged_rows
        on raw_rows._feed = judged_rows._feed and raw_rows._load_id = judged_rows._load_id
),

final as (
    select
        *,
        raw_count - accepted_count - quarantined_count - duplicate_count - superseded_count
            as unaccounted_count
    from accounts
)

select * from final
