with gold_scored_sales as (
    select * from {{ ref('gold_scored_sales') }}
),

ml_anomaly_model_runs as (
    select * from {{ ref('ml_anomaly_model_runs') }}
),

clusters as (
    select
        model_run_id,
        k,
        silhouettes[k] as silhouette,
        threshold,
        explode(clusters) as described
    from ml_anomaly_model_runs
),

sales as (
    select
        model_run_id,
        cluster,
        count(*) as sale_count,
        count_if(is_anomaly) as anomaly_count,
        sum(amount) as amount,
        avg(quantity) as mean_quantity,
        avg(unit_price) as mean_unit_price,
        avg(amount) as mean_amount,
        avg(distance) as mean_distance,
        max(distance) as largest_distance
    from gold_scored_sales
    where is_scored
    group by model_run_id, cluster
),

final as (
    select
        sales.cluster,
        sales.sale_count,
        cast(try_divide(sales.sale_count, sum(sales.sale_count) over ()) as decimal(9, 6))
            as share_of_sales,
        sales.anomaly_count,
        cast(sales.amount as decimal(28, 2)) as amount,
        cast(sales.mean_quantity as decimal(18, 3)) as mean_quantity,
        cast(sales.mean_unit_price as decimal(18, 2)) as mean_unit_price,
        cast(sales.mean_amount as decimal(18, 2)) as mean_amount,
        sales.mean_distance,
        sales.largest_distance,
        clusters.described.is_large,
        clusters.described.centre,
        clusters.k,
        clusters.silhouette,
        clusters.threshold,
        sales.model_run_id
    from sales
    left join clusters
        on
            sales.model_run_id = clusters.model_run_id
            and sales.cluster = clusters.described.cluster
)

select * from final
