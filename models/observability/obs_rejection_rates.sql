with observability_rule_counts as (
    select * from {{ ref('observability_rule_counts') }}
),

observability_row_account as (
    select * from {{ ref('observability_row_account') }}
),

loads as (
    select
        *,
        row_number() over (
            partition by feed
            order by loaded_at, load_id
        ) as load_number,
        row_number() over (
            partition by feed
            order by loaded_at desc, load_id desc
        ) as load_age
    from observability_row_account
    where raw_count > 0
),

rates as (
    select
        rules.feed,
        rules.load_id,
        rules.rule_id,
        rules.broken_count,
        loads.raw_count,
        rules.broken_count / cast(loads.raw_count as double) as rate,
        loads.loaded_at,
        loads.load_number,
        loads.load_age
    from observability_rule_counts as rules
    inner join loads on rules.feed = loads.feed and rules.load_id = loads.load_id
    where rules.is_applied
),

final as (
    {{ rate_verdicts('rates') }}
)

select * from final
