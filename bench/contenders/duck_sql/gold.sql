-- The gold tables.

copy (
    select
        customer_id,
        arg_max_null(customer_name, recency) as customer_name,
        arg_max_null(customer_email_hash, recency) as customer_email_hash,
        arg_max_null(country, recency) as country,
        count(*) as sale_count,
        count(*) filter (where status = 'Completed') as completed_sale_count,
        count(*) filter (where status = 'Pending') as pending_sale_count,
        count(*) filter (where status = 'Cancelled') as cancelled_sale_count,
        count(*) filter (where status = 'Returned') as returned_sale_count,
        count(distinct order_id) filter (where status = 'Completed') as completed_order_count,
        count(distinct order_id) filter (where status = 'Pending') as pending_order_count,
        count(distinct order_id) filter (where status = 'Cancelled') as cancelled_order_count,
        count(distinct order_id) filter (where status = 'Returned') as returned_order_count,
        coalesce(sum(amount) filter (where status = 'Completed'), 0)::decimal(28, 2)
            as completed_amount,
        coalesce(sum(amount) filter (where status = 'Pending'), 0)::decimal(28, 2) as pending_amount,
        coalesce(sum(amount) filter (where status = 'Cancelled'), 0)::decimal(28, 2)
            as cancelled_amount,
        coalesce(sum(amount) filter (where status = 'Returned'), 0)::decimal(28, 2)
            as returned_amount,
        (completed_amount - returned_amount)::decimal(28, 2) as net_amount,
        min(transaction_date) filter (where status = 'Completed') as first_completed_date,
        max(transaction_date) filter (where status = 'Completed') as last_completed_date,
        max(recency).transaction_at as latest_sale_at,
        max(recency)._source_file as latest_source_file,
        max(recency)._row_number as latest_record_number
    from (
        select
            * replace (coalesce(customer_id, '(unknown)') as customer_id),
            {
                'transaction_at': transaction_at,
                '_source_file': _source_file,
                '_row_number': _row_number
            } as recency
        from silver_sales
    )
    group by customer_id
) to 'gold_sales_by_customer.parquet' (format parquet, compression snappy);

copy (
    select
        product_id,
        category,
        arg_max_null(product_name, recency) as product_name,
        count(*) as sale_count,
        coalesce(sum(quantity) filter (where status = 'Completed'), 0)::decimal(28, 3)
            as completed_quantity,
        coalesce(sum(quantity) filter (where status = 'Returned'), 0)::decimal(28, 3)
            as returned_quantity,
        coalesce(sum(amount) filter (where status = 'Completed'), 0)::decimal(28, 2)
            as completed_amount,
        coalesce(sum(amount) filter (where status = 'Pending'), 0)::decimal(28, 2) as pending_amount,
        coalesce(sum(amount) filter (where status = 'Cancelled'), 0)::decimal(28, 2)
            as cancelled_amount,
        coalesce(sum(amount) filter (where status = 'Returned'), 0)::decimal(28, 2)
            as returned_amount,
        (completed_amount - returned_amount)::decimal(28, 2) as net_amount,
        max(recency).transaction_at as latest_sale_at,
        max(recency)._source_file as latest_source_file,
        max(recency)._row_number as latest_record_number
    from (
        select
            * replace (
                coalesce(product_id, '(unknown)') as product_id,
                coalesce(category, '(unknown)') as category
            ),
            {
                'transaction_at': transaction_at,
                '_source_file': _source_file,
                '_row_number': _row_number
            } as recency
        from silver_sales
    )
    group by product_id, category
) to 'gold_sales_by_product.parquet' (format parquet, compression snappy);

-- An order counts once for each status, on the day and in the country of its first record there.
copy (
    select
        transaction_date as sale_date,
        status,
        coalesce(country, '(unknown)') as country,
        count(*) as sale_count,
        count(*) filter (where is_first_of_order) as order_count,
        sum(quantity)::decimal(28, 3) as quantity,
        sum(amount)::decimal(28, 2) as amount
    from silver_sales
    group by all
) to 'gold_sales_daily.parquet' (format parquet, compression snappy);

copy (
    select
        reason,
        transaction_date,
        count(*) as row_count,
        count(*) filter (where reason_position = 1) as first_reason_row_count,
        coalesce(sum(amount), 0)::decimal(28, 2) as amount
    from (
        select
            transaction_date, amount, unnest(rejection_reasons) as reason,
            generate_subscripts(rejection_reasons, 1) as reason_position
        from silver_sales_quarantine
    )
    group by reason, transaction_date
) to 'gold_rejections.parquet' (format parquet, compression snappy);

copy (
    select
        _load_id as load_id,
        transaction_date,
        disposition,
        count(*) as row_count,
        coalesce(sum(amount), 0)::decimal(28, 2) as amount
    from silver_sales_assessed
    group by all
) to 'gold_row_dispositions.parquet' (format parquet, compression snappy);
