{{ config(materialized='view') }}

with recorded as (
    {{ records_of('run', {
        'program': 'string', 'command': 'string', 'selection': 'string', 'parent_run_id': 'string',
        'feed': 'string', 'target': 'string', 'git_commit': 'string', 'versions': 'string',
        'run_by': 'string', 'started_at': 'timestamp', 'finished_at': 'timestamp',
        'status': 'string', 'message': 'string',
    }) }}
),

final as (
    select
        run_id,
        parent_run_id,
        program,
        command,
        selection,
        feed,
        target,
        git_commit,
        versions,
        run_by,
        started_at,
        finished_at,
        cast(
            unix_millis(finished_at) - unix_millis(started_at) as decimal(18, 3)
        ) / 1000 as seconds,
        status,
        message
    from recorded
)

select
    * except (seconds),
    cast(seconds as decimal(12, 3)) as seconds
from final
