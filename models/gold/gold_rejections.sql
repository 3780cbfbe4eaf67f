with silver_sales_quarantine as (
    select * from {{ ref('silver_sales_quarantine') }}
),

reasons as (
    select
        transaction_date,
        amount,
        posexplode(rejection_reasons) as (reason_position, reason)
    from silver_sales_quarantine
),

final as (
    select
        reason,
        transaction_date,
        count(*) as row_count,
        count_if(reason_position = 0) as first_reason_row_count,
        coalesce(sum(amount), 0) as amount
    from reasons
    group by reason, transaction_date
)

select * from final
