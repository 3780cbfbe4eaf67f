{{
    config(
        materialized='by_load',
        by_load={
            'inputs': ['silver_sales_assessed'],
            'loads': 'loads_of_silver',
            'column': 'load_id',
        },
    )
}}
-- depends_on: {{ ref('silver_loads') }}

with silver_sales_assessed as (
    select * from {{ ref('silver_sales_assessed') }}
),

rules as (
    {{ sales_rules_as_rows() }}
),

loads as (
    select distinct
        _feed,
        _load_id
    from silver_sales_assessed
),

broken_rules as (
    select
        _feed,
        _load_id,
        disposition,
        explode(concat(rejection_reasons, warnings)) as rule_id
    from silver_sales_assessed
),

counted as (
    select
        _feed,
        _load_id,
        rule_id,
        count(*) as broken_count,
        count_if(disposition = 'accepted') as accepted_count,
        count_if(disposition = 'quarantined') as quarantined_count
    from broken_rules
    group by _feed, _load_id, rule_id
),

final as (
    select
        loads._feed as feed,
        loads._load_id as load_id,
        rules.rule_position,
        rules.rule_id,
        rules.rule_sentence,
        rules.rule_severity,
        rules.is_applied,
        coalesce(counted.broken_count, 0) as broken_count,
        coalesce(counted.accepted_count, 0) as accepted_count,
        coalesce(counted.quarantined_count, 0) as quarantined_count
    from loads
    cross join rules
    left join counted
        on
            loads._feed = counted._feed
            and loads._load_id = counted._load_id
            and rules.rule_id = counted.rule_id
)

select * from final
