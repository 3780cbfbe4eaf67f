{{ config(enabled=var('feed') == 'online_retail') }}

with online_retail_raw as (
    select * from {{ source('ingested', 'online_retail_raw') }}
),

final as (
    select
        -- ids
        -- An invoice has many lines and a line has no number: its cells are its id. Exact copies
        -- share it, which is what makes them duplicates.
        concat_ws(
            '-',
            invoiceno,
            stockcode,
            left(
                sha2(
                    concat_ws(
                        '|', description, quantity, invoicedate, unitprice, customerid, country
                    ),
                    256
                ),
                16
            )
        ) as transaction_id,
        invoiceno as order_id,

        -- cells
        invoicedate as transaction_at,
        -- The export writes whole numbers as 17850.0.
        regexp_replace(customerid, r'\.0$', '') as customer_id,
        cast(null as string) as customer_name,
        cast(null as string) as customer_email,
        stockcode as product_id,
        description as product_name,
        cast(null as string) as category,
        -- A cancellation repeats the line with a minus: its worth is the positive amount.
        case
            when invoiceno like 'C%' then ltrim('-', quantity)
            else quantity
        end as quantity,
        unitprice as unit_price,
        cast(null as string) as amount,
        case
            when invoiceno like 'C%' then 'Returned'
            when invoiceno rlike r'^\d+$' then 'Completed'
            when invoiceno like 'A%' then 'Bad debt adjustment'
            else concat('Unknown invoice kind ', invoiceno)
        end as status,
        cast(null as string) as payment_method,
        country,

        -- booleans
        true as is_amount_derived,

        -- lineage
        {{ lineage_columns() }}
    from online_retail_raw
)

select * from final
