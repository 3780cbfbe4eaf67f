-- silver_sales_assessed. Only rows that share an id with another can be duplicates or superseded, and
-- only they are sorted; all others pass through in one stream.

create table repeated as
select clean_text_without_email(transaction_id) as transaction_id
from bronze_sales
group by all
having count(*) > 1;

create table ranked as
with suspects as (
    select judged.*
    from judged
    semi join repeated on judged.transaction_id is not distinct from repeated.transaction_id
),

marked as (
    select
        *,
        row_number() over (
            partition by
                transaction_id_raw, transaction_at_raw, customer_id_raw, customer_name_raw,
                customer_email_raw, product_id_raw, product_name_raw, category_raw, quantity_raw,
                unit_price_raw, amount_raw, status_raw, payment_method_raw, country_raw
            order by _source_file, _row_number
        ) > 1 as is_duplicate
    from suspects
),

versioned as (
    select
        *,
        row_number() over (
            partition by transaction_id, is_duplicate or len(rejection_reasons) > 0
            order by transaction_at desc, _source_file desc, _row_number desc
        ) as version_rank,
        case
            when is_duplicate then 'duplicate'
            when len(rejection_reasons) > 0 then 'quarantined'
            when version_rank > 1 then 'superseded'
            else 'accepted'
        end as disposition
    from marked
)

select
    _position,
    is_duplicate,
    disposition,
    -- The feed has no order of its own: an order is a transaction, so its rows are all among these.
    disposition = 'accepted' and row_number() over (
        partition by disposition, status, order_id
        order by transaction_at, _source_file, _row_number
    ) = 1 as is_first_of_order
from versioned;

copy (
    select
        transaction_id, order_id, customer_id, product_id,
        customer_name, customer_email_hash, product_name, category, status, payment_method, country,
        quantity, unit_price, amount, amount_exact,
        is_amount_derived, coalesce(ranked.is_duplicate, false) as is_duplicate,
        coalesce(ranked.is_first_of_order, len(rejection_reasons) = 0) as is_first_of_order,
        false as is_corrected,
        transaction_at, transaction_date,
        transaction_id_raw, order_id_raw, transaction_at_raw, customer_id_raw, customer_name_raw,
        customer_email_raw, product_id_raw, product_name_raw, category_raw, quantity_raw, unit_price_raw, amount_raw,
        status_raw, payment_method_raw, country_raw,
        null::varchar as raw_before_correction,
        rejection_reasons, warnings, null::varchar as waived_by, null::varchar as waived_because,
        _feed, _load_id, _source_file, _row_number, _line_number, _row_id, _loaded_at,
        _set_aside_reason, _set_aside_text, 'duckdb' as _judged_by_run_id,
        if(transaction_id is null, hash(transaction_id_raw, amount_raw, transaction_at_raw)::varchar, null)
            as _copy_key,
        coalesce(
            ranked.disposition, if(len(rejection_reasons) > 0, 'quarantined', 'accepted')
        ) as disposition
    from judged
    left join ranked using (_position)
) to 'silver_sales_assessed' (format parquet, compression snappy, partition_by (disposition));

create view silver_sales_assessed as
from read_parquet('silver_sales_assessed/*/*.parquet', hive_partitioning = true);

create view silver_sales as
select
    transaction_id, order_id, customer_id, product_id,
    customer_name, customer_email_hash, product_name, category, status, payment_method, country,
    quantity, unit_price, amount, is_first_of_order, transaction_at, transaction_date, warnings,
    _feed, _load_id, _source_file, _row_number, _row_id, _loaded_at
from silver_sales_assessed
where disposition = 'accepted';

create view silver_sales_quarantine as
select
    rejection_reasons, warnings,
    transaction_id_raw, transaction_at_raw, customer_id_raw, customer_name_raw, customer_email_raw,
    product_id_raw, product_name_raw, category_raw, quantity_raw, unit_price_raw, amount_raw,
    status_raw, payment_method_raw, country_raw, amount, transaction_date,
    _feed, _load_id, _source_file, _row_number, _line_number, _row_id, _loaded_at,
    _set_aside_reason, _set_aside_text
from silver_sales_assessed
where disposition = 'quarantined';

copy (
    select _feed, _load_id, count(*) as bronze_row_count, count(*) as silver_row_count,
        max(_judged_by_run_id) as judged_by_run_id
    from silver_sales_assessed
    group by _feed, _load_id
) to 'silver_loads.parquet' (format parquet, compression snappy);
