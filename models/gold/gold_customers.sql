-- Read by its history only, which stores the rows.
{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with gold_sales_by_customer as (
    select * from {{ ref('gold_sales_by_customer') }}
),

final as (
    select
        customer_id,
        customer_name,
        customer_email_hash,
        country
    from gold_sales_by_customer
    where customer_id <> '(unknown)'
)

select * from final
