{{ config(materialized='view') }}

with recorded as (
    {{ records_of('test', {
        'unique_id': 'string', 'name': 'string', 'model': 'string', 'column_name': 'string',
        'severity': 'string', 'status': 'string', 'failures': 'bigint',
        'seconds': 'decimal(12, 3)', 'message': 'string',
    }) }}
),

final as (
    select
        run_id,
        unique_id,
        name as test_name,
        model as model_name,
        column_name,
        severity,
        status,
        message,
        failures as failure_count,
        seconds
    from recorded
)

select * from final
