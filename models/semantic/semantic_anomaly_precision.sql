with gold_scored_sales as (
    select * from {{ ref('gold_scored_sales') }}
),

final as (
    select
        cast(date_trunc('month', transaction_date) as date) as sale_month,
        count(*) as over_threshold_count,
        count(feedback) as judged_count,
        count_if(feedback = 'error') as error_count,
        count_if(feedback = 'expected') as expected_count,
        cast(
            try_divide(count_if(feedback = 'error'), count(feedback)) as decimal(9, 6)
        ) as precision_of_judged
    from gold_scored_sales
    where is_over_threshold
    group by date_trunc('month', transaction_date)
)

select * from final
