{{
    config(
        materialized='by_load',
        by_load={
            'inputs': ['silver_sales_assessed'],
            'loads': 'loads_of_silver',
            'column': 'load_id',
        },
    )
}}
-- depends_on: {{ ref('silver_loads') }}

with silver_sales_assessed as (
    select * from {{ ref('silver_sales_assessed') }}
),

final as (
    select
        _load_id as load_id,
        transaction_date,
        disposition,
        count(*) as row_count,
        coalesce(sum(amount), 0) as amount
    from silver_sales_assessed
    group by _load_id, transaction_date, disposition
)

select * from final
