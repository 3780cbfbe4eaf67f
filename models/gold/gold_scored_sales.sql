{{ config(materialized='view') }}

with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

ml_sales_anomaly_scores as (
    select * from {{ ref('ml_sales_anomaly_scores') }}
),

final as (
    select
        -- ids
        silver_sales._row_id,
        silver_sales.transaction_id,
        silver_sales.order_id,
        silver_sales.customer_id,
        silver_sales.product_id,

        -- text
        silver_sales.customer_name,
        silver_sales.product_name,
        silver_sales.category,
        silver_sales.status,
        silver_sales.payment_method,
        silver_sales.country,

        -- numbers
        silver_sales.quantity,
        silver_sales.unit_price,
        silver_sales.amount,

        -- times
        silver_sales.transaction_at,
        silver_sales.transaction_date,

        -- score
        ml_sales_anomaly_scores._row_id is not null as is_scored,
        ml_sales_anomaly_scores.score,
        ml_sales_anomaly_scores.severity,
        coalesce(ml_sales_anomaly_scores.is_anomaly, false) as is_anomaly,
        coalesce(ml_sales_anomaly_scores.is_over_threshold, false) as is_over_threshold,
        ml_sales_anomaly_scores.feedback,
        ml_sales_anomaly_scores.cluster,
        ml_sales_anomaly_scores.distance,
        ml_sales_anomaly_scores.shares,
        ml_sales_anomaly_scores.main_feature,
        ml_sales_anomaly_scores.reason,
        ml_sales_anomaly_scores.segment,
        ml_sales_anomaly_scores.model_run_id,
        ml_sales_anomaly_scores.scored_at
    from silver_sales
    left join ml_sales_anomaly_scores
        on silver_sales._row_id = ml_sales_anomaly_scores._row_id
)

select * from final
