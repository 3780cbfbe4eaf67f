{{ config(materialized='view') }}

with recorded as (
    {{ records_of('file', {
        'feed': 'string', 'file_name': 'string', 'status': 'string', 'reason': 'string',
        'load_id': 'string', 'row_count': 'bigint', 'set_aside_count': 'bigint',
        'byte_count': 'bigint', 'columns': 'array<string>', 'missing_columns': 'array<string>',
        'extra_columns': 'array<string>',
    }) }}
),

final as (
    select
        run_id,
        feed,
        file_name,
        load_id,
        status,
        reason,
        row_count,
        set_aside_count,
        byte_count,
        columns as column_names,
        missing_columns,
        extra_columns,
        lag(columns) over (
            partition by feed, status
            order by run_id, file_name
        ) as column_names_before,
        recorded_at
    from recorded
)

select
    * except (recorded_at),
    status = 'loaded' and not array_sort(column_names) <=> array_sort(column_names_before)
    and column_names_before is not null as has_new_columns,
    recorded_at
from final
