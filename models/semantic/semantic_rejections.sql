with gold_rejections as (
    select * from {{ ref('gold_rejections') }}
),

gold_row_dispositions as (
    select * from {{ ref('gold_row_dispositions') }}
),

rules as (
    {{ sales_rules_as_rows() }}
),

rejections as (
    select
        reason,
        sum(row_count) as row_count,
        sum(first_reason_row_count) as first_reason_row_count,
        sum(amount) as amount,
        min(transaction_date) as first_sale_date,
        max(transaction_date) as last_sale_date
    from gold_rejections
    group by reason
),

all_rows as (
    select sum(row_count) as row_count from gold_row_dispositions
),

final as (
    select
        rules.rule_id as reason,
        rules.rule_sentence as meaning,
        coalesce(rejections.row_count, 0) as rejected_rows,
        coalesce(rejections.first_reason_row_count, 0) as rejected_rows_by_first_reason,
        cast(
            coalesce(try_divide(rejections.row_count, all_rows.row_count), 0) as decimal(9, 6)
        ) as share_of_all_rows,
        coalesce(rejections.amount, 0) as readable_amount,
        rejections.first_sale_date,
        rejections.last_sale_date
    from rules
    cross join all_rows
    left join rejections on rules.rule_id = rejections.reason
    where rules.rule_severity <> 'warn'
)

select * from final
