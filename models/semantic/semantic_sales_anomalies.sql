{{ config(materialized='view') }}

with gold_scored_sales as (
    select * from {{ ref('gold_scored_sales') }}
),

final as (
    select
        -- ids
        transaction_id,
        order_id,
        customer_id as customer,
        product_id,

        -- text
        customer_name,
        product_name,
        category,
        status,
        payment_method,
        country,

        -- numbers
        quantity,
        unit_price,
        amount,

        -- times
        transaction_at,
        transaction_date,

        -- score
        is_scored,
        score,
        severity,
        is_anomaly,
        is_over_threshold,
        feedback,
        cluster,
        distance,
        shares,
        main_feature,
        reason,
        segment,
        model_run_id,
        scored_at
    from gold_scored_sales
)

select * from final
