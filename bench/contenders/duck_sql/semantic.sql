-- The semantic tables. They read gold files, which are small; statuses count customers, so they read silver.

create view gold_sales_by_customer as from 'gold_sales_by_customer.parquet';
create view gold_sales_by_product as from 'gold_sales_by_product.parquet';
create view gold_sales_daily as from 'gold_sales_daily.parquet';
create view gold_rejections as from 'gold_rejections.parquet';
create view gold_row_dispositions as from 'gold_row_dispositions.parquet';

create macro share(part, whole) as cast(part / nullif(whole, 0) as decimal(9, 6));

copy (
    select
        customer_id as customer, customer_name, country,
        completed_order_count as number_of_orders,
        net_amount as lifetime_value, completed_amount as gross_value,
        returned_amount as returned_value,
        cast(completed_amount / nullif(completed_order_count, 0) as decimal(18, 2))
            as average_order_value,
        first_completed_date as first_order_date, last_completed_date as last_order_date,
        pending_amount as open_value, cancelled_amount as cancelled_value
    from gold_sales_by_customer
) to 'semantic_business_metrics.parquet' (format parquet, compression snappy);

copy (
    select
        transaction_date as sale_date,
        sum(row_count)::bigint as raw_rows,
        coalesce(sum(row_count) filter (where disposition = 'accepted'), 0)::bigint as clean_rows,
        coalesce(sum(row_count) filter (where disposition = 'quarantined'), 0)::bigint
            as quarantined_rows,
        coalesce(sum(row_count) filter (where disposition = 'duplicate'), 0)::bigint
            as duplicate_rows,
        coalesce(sum(row_count) filter (where disposition = 'superseded'), 0)::bigint
            as superseded_rows,
        share(quarantined_rows, raw_rows) as quarantined_share,
        coalesce(sum(amount) filter (where disposition = 'accepted'), 0) as clean_amount,
        coalesce(sum(amount) filter (where disposition = 'quarantined'), 0) as quarantined_amount
    from gold_row_dispositions
    group by transaction_date
) to 'semantic_clean_against_quarantined.parquet' (format parquet, compression snappy);

copy (
    select
        row_number() over by_value as value_rank,
        customer_id as customer, customer_name, country,
        completed_order_count as number_of_orders,
        net_amount as lifetime_value, completed_amount as gross_value,
        returned_amount as returned_value,
        share(greatest(net_amount, 0), sum(greatest(net_amount, 0)) over ()) as value_share,
        share(sum(greatest(net_amount, 0)) over by_value, sum(greatest(net_amount, 0)) over ())
            as cumulative_value_share,
        last_completed_date as last_order_date,
        date_diff('day', last_completed_date, max(last_completed_date) over ())
            as days_since_last_order
    from gold_sales_by_customer
    where customer_id <> '(unknown)'
    window by_value as (
        order by net_amount desc, customer_id
        rows between unbounded preceding and current row
    )
) to 'semantic_customers.parquet' (format parquet, compression snappy);

copy (
    select
        product_id as product, product_name, category,
        completed_quantity as units_sold, returned_quantity as units_returned,
        net_amount as net_sales, completed_amount as gross_sales,
        returned_amount as returned_sales,
        share(greatest(net_amount, 0), sum(greatest(net_amount, 0)) over ()) as net_sales_share,
        try_cast(returned_amount / nullif(completed_amount, 0) as decimal(18, 6))
            as returned_share,
        share(cancelled_amount, completed_amount + pending_amount + cancelled_amount)
            as cancelled_share
    from gold_sales_by_product
) to 'semantic_products.parquet' (format parquet, compression snappy);

copy (
    with rejections as (
        select
            reason, sum(row_count)::bigint as row_count,
            sum(first_reason_row_count)::bigint as first_reason_row_count,
            sum(amount) as amount,
            min(transaction_date) as first_sale_date, max(transaction_date) as last_sale_date
        from gold_rejections
        group by reason
    ),

    all_rows as (select sum(row_count) as row_count from gold_row_dispositions)

    select
        rules.rule_id as reason, rules.rule_sentence as meaning,
        coalesce(rejections.row_count, 0) as rejected_rows,
        coalesce(rejections.first_reason_row_count, 0) as rejected_rows_by_first_reason,
        coalesce(share(rejections.row_count, all_rows.row_count), 0) as share_of_all_rows,
        coalesce(rejections.amount, 0) as readable_amount,
        rejections.first_sale_date, rejections.last_sale_date
    from rules
    cross join all_rows
    left join rejections on rules.rule_id = rejections.reason
    where rules.rule_severity <> 'warn'
) to 'semantic_rejections.parquet' (format parquet, compression snappy);

copy (
    select
        sale_date,
        coalesce(sum(case status when 'Completed' then amount when 'Returned' then -amount end), 0)
            as net_sales,
        coalesce(sum(amount) filter (where status = 'Completed'), 0) as gross_sales,
        coalesce(sum(amount) filter (where status = 'Returned'), 0) as returned_sales,
        coalesce(sum(order_count) filter (where status = 'Completed'), 0)::bigint
            as number_of_orders,
        coalesce(sum(quantity) filter (where status = 'Completed'), 0) as units_sold,
        coalesce(sum(quantity) filter (where status = 'Returned'), 0) as units_returned,
        cast(gross_sales / nullif(number_of_orders, 0) as decimal(18, 2)) as average_order_value,
        coalesce(sum(amount) filter (where status = 'Pending'), 0) as pending_sales,
        coalesce(sum(amount) filter (where status = 'Cancelled'), 0) as cancelled_sales
    from gold_sales_daily
    group by sale_date
) to 'semantic_sales_over_time.parquet' (format parquet, compression snappy);

copy (
    with statuses as (
        select
            status,
            count(distinct order_id) as number_of_orders,
            count(distinct customer_id) as number_of_customers,
            sum(amount)::decimal(28, 2) as sales
        from silver_sales
        group by status
    )

    select
        *,
        share(sales, sum(sales) over ()) as sales_share,
        cast(sales / nullif(number_of_orders, 0) as decimal(18, 2)) as average_order_value
    from statuses
) to 'semantic_statuses.parquet' (format parquet, compression snappy);
