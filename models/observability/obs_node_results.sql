{{ config(materialized='view') }}

with recorded as (
    {{ records_of('node', {
        'unique_id': 'string', 'name': 'string', 'resource_type': 'string',
        'materialized': 'string', 'status': 'string', 'seconds': 'decimal(12, 3)',
        'message': 'string', 'row_count': 'bigint', 'byte_count': 'bigint',
        'started_at': 'timestamp',
    }) }}
),

final as (
    select
        run_id,
        unique_id,
        name as node_name,
        resource_type,
        materialized,
        split_part(name, '_', 1) as layer,
        status,
        message,
        row_count,
        byte_count,
        seconds,
        started_at
    from recorded
)

select * from final
