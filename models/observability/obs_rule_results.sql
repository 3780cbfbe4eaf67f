{{ config(materialized='view') }}

with recorded as (
    {{ records_of('rule', {
        'feed': 'string', 'load_id': 'string', 'rule_id': 'string', 'rule_severity': 'string',
        'broken_count': 'bigint', 'accepted_count': 'bigint', 'quarantined_count': 'bigint',
    }) }}
),

final as (
    select
        run_id,
        feed,
        load_id,
        rule_id,
        rule_severity,
        broken_count,
        accepted_count,
        quarantined_count
    from recorded
)

select * from final
