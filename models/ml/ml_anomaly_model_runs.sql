with ml_anomaly_models as (
    select * from {{ ref('ml_anomaly_models') }}
),

ml_sales_anomaly_scores as (
    select * from {{ ref('ml_sales_anomaly_scores') }}
),

earlier_runs as (
    {{ live_rows() }}
),

scored as (
    select
        model_run_id,
        max(scored_at) as scored_at,
        count(*) as row_count,
        count_if(is_anomaly) as flagged_count,
        count_if(is_over_threshold and feedback is not null) as judged_count,
        count_if(is_over_threshold and feedback = 'error') as error_count,
        sum(cast(xxhash64(_row_id) as decimal(38, 0))) as row_fingerprint
    from ml_sales_anomaly_scores
    group by model_run_id
),

last_run as (
    select
        scored.model_run_id,
        scored.scored_at,
        models.trained_by_run_id,
        models.decision,
        models.features,
        models.seed,
        models.k,
        models.silhouettes,
        models.clusters,
        models.budget,
        models.threshold,
        scored.row_count,
        models.training_row_count,
        scored.flagged_count,
        cast(scored.row_fingerprint as string) as row_fingerprint,
        models.data_fingerprint,
        models.model_fingerprint,
        models.feature_drift,
        models.cluster_drift,
        map_filter(
            map(
                'judged', cast(scored.judged_count as double),
                'errors', cast(scored.error_count as double),
                'expected', cast(scored.judged_count - scored.error_count as double),
                'precision', try_divide(scored.error_count, scored.judged_count)
            ),
            (name, value) -> value is not null
        ) as evaluation
    from scored
    inner join ml_anomaly_models as models
        on array_contains(models.model_run_ids, scored.model_run_id)
),

kept_runs as (
    select earlier_runs.*
    from earlier_runs
    left anti join last_run
        on earlier_runs.model_run_id = last_run.model_run_id
    qualify
        row_number() over (order by earlier_runs.scored_at desc)
        < {{ var('anomalies').kept_model_runs }}
),

final as (
    select * from last_run
    union all
    select * from kept_runs
)

select * from final
