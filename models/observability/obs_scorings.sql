{{ config(materialized='view') }}

with recorded as (
    {{ records_of('scoring', {
        'model_run_id': 'string', 'row_count': 'bigint', 'flagged_count': 'bigint',
        'budget': 'string',
    }) }}
),

final as (
    select
        run_id,
        model_run_id,
        row_count,
        flagged_count,
        budget,
        recorded_at
    from recorded
)

select * from final
