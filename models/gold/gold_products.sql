-- Read by its history only, which stores the rows.
{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with gold_sales_by_product as (
    select * from {{ ref('gold_sales_by_product') }}
),

-- A product that was sold in several categories is in that of its latest sale.
latest as (
    select
        product_id,
        max(
            struct(
                latest_sale_at, latest_source_file, latest_record_number, category, product_name
            )
        ) as sale
    from gold_sales_by_product
    where product_id <> '(unknown)'
    group by product_id
),

final as (
    select
        latest.product_id,
        latest.sale.product_name,
        latest.sale.category
    from latest
)

select * from final
