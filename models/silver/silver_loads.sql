with bronze_sales as (
    select * from {{ ref('bronze_sales') }}
),

silver_sales_assessed as (
    select * from {{ ref('silver_sales_assessed') }}
),

-- Both sides are kept whole: a load known to one of them only must not be passed over. The run is a
-- key here, since Spark sorts all rows for the maximum of a text.
loads as (
    select
        _feed,
        _load_id,
        count(*) as bronze_row_count,
        cast(0 as bigint) as silver_row_count,
        cast(null as string) as judged_by_run_id
    from bronze_sales
    group by _feed, _load_id
    union all
    select
        _feed,
        _load_id,
        cast(0 as bigint) as bronze_row_count,
        count(*) as silver_row_count,
        _judged_by_run_id as judged_by_run_id
    from silver_sales_assessed
    group by _feed, _load_id, _judged_by_run_id
),

final as (
    select
        _feed,
        _load_id,
        sum(bronze_row_count) as bronze_row_count,
        sum(silver_row_count) as silver_row_count,
        max(judged_by_run_id) as judged_by_run_id
    from loads
    group by _feed, _load_id
)

select * from final
