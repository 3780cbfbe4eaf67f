{{ config(materialized='view') }}

with events as (
    {{ records_of('incident', {
        'incident_id': 'string', 'incident_key': 'string', 'event': 'string', 'kind': 'string',
        'subject': 'string', 'severity': 'string', 'sentence': 'string', 'row_count': 'bigint',
        'amount': 'decimal(28, 2)', 'person': 'string', 'because': 'string', 'at': 'timestamp',
    }) }}
),

final as (
    select
        incident_id,
        max(incident_key) as incident_key,
        max(kind) as kind,
        max(subject) as subject,
        max_by(severity, at) filter (where event in ('opened', 'seen')) as severity,
        case
            when max_by(event, at) filter (where event in ('closed', 'resolved')) is not null
                then max_by(event, at) filter (where event in ('closed', 'resolved'))
            when count_if(event = 'acknowledged') > 0 then 'acknowledged'
            else 'open'
        end as status,
        max_by(sentence, at) filter (where event in ('opened', 'seen')) as sentence,
        max_by(row_count, at) filter (where event in ('opened', 'seen')) as row_count,
        max_by(amount, at) filter (where event in ('opened', 'seen')) as amount,
        count_if(event in ('opened', 'seen')) as seen_count,
        max_by(person, at) filter (where event in ('acknowledged', 'resolved')) as person,
        max_by(because, at) filter (where event in ('acknowledged', 'resolved')) as because,
        min(run_id) as opened_by_run_id,
        min(at) as opened_at,
        max(at) filter (where event in ('opened', 'seen')) as last_seen_at,
        max(at) filter (where event in ('closed', 'resolved')) as closed_at
    from events
    group by incident_id
)

select * from final
