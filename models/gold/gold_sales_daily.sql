{{
    config(
        materialized='by_change',
        by_change={
            'input': 'silver_sales',
            'keys': {
                'sale_date': 'transaction_date',
                'status': 'status',
                'country': "coalesce(country, '(unknown)')",
            },
        },
    )
}}

with silver_sales as (
    select * from {{ ref('silver_sales') }}
),

-- An order counts once for each status, on the day and in the country of its first record there:
-- so counts of any days and countries may be added up.
final as (
    select
        transaction_date as sale_date,
        status,
        coalesce(country, '(unknown)') as country,
        count(*) as sale_count,
        count_if(is_first_of_order) as order_count,
        sum(quantity) as quantity,
        sum(amount) as amount
    from silver_sales
    group by transaction_date, status, coalesce(country, '(unknown)')
)

select * from final
