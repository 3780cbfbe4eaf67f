with gold_row_dispositions as (
    select * from {{ ref('gold_row_dispositions') }}
),

final as (
    select
        transaction_date as sale_date,
        sum(row_count) as raw_rows,
        coalesce(sum(case when disposition = 'accepted' then row_count end), 0) as clean_rows,
        coalesce(
            sum(case when disposition = 'quarantined' then row_count end), 0
        ) as quarantined_rows,
        coalesce(sum(case when disposition = 'duplicate' then row_count end), 0) as duplicate_rows,
        coalesce(
            sum(case when disposition = 'superseded' then row_count end), 0
        ) as superseded_rows,
        cast(
            coalesce(
                try_divide(
                    sum(case when disposition = 'quarantined' then row_count end), sum(row_count)
                ), 0
            ) as decimal(9, 6)
        ) as quarantined_share,
        coalesce(sum(case when disposition = 'accepted' then amount end), 0) as clean_amount,
        coalesce(sum(case when disposition = 'quarantined' then amount end), 0)
            as quarantined_amount
    from gold_row_dispositions
    group by transaction_date
)

select * from final
