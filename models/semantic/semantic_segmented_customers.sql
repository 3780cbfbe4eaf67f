{{ config(materialized='view') }}

with gold_customer_segments as (
    select * from {{ ref('gold_customer_segments') }}
),

final as (
    select
        customer_id as customer,
        segment
    from gold_customer_segments
)

select * from final
