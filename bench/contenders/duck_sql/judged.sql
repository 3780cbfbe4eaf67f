-- Every raw row typed and judged, as a view: nothing runs yet. The rules are those of
-- macros/rules/declared_sales_rules.sql, by hand.

-- Spaces, tabs, line ends, no-break spaces and byte order marks.
set variable blanks = ' ' || chr(9) || chr(13) || chr(10) || chr(160) || chr(8199) || chr(8201) || chr(8239)
    || chr(12288) || chr(65279);

create macro clean_text(text) as nullif(trim(text, getvariable('blanks')), '');

-- DuckDB has no HMAC. One hash of key and text stands in for it: about half the work.
create macro keyed_hash(text) as sha256(getvariable('email_key') || text);

create macro clean_text_without_email(text) as
case
    when contains(text, '@') or contains(text, chr(65312))
        then 'email:' || keyed_hash(lower(clean_text(text)))
    else clean_text(text)
end;

create macro is_number(text) as regexp_matches(text, '^-?\d+(\.\d+)?$');

create macro is_iso_time(text) as regexp_matches(
    text,
    '^[12]\d{3}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?$'
);

create macro is_email_or_blank(text) as regexp_matches(
    trim(text, getvariable('blanks')), '^([^\s@]+@[^\s@]+\.[^\s@]+)?$'
);

create view typed as
select
    clean_text_without_email(transaction_id) as transaction_id,
    coalesce(
        clean_text_without_email(order_id), clean_text_without_email(transaction_id)
    ) as order_id,
    clean_text_without_email(customer_id) as customer_id,
    clean_text_without_email(product_id) as product_id,
    clean_text_without_email(customer_name) as customer_name,
    keyed_hash(lower(clean_text(customer_email))) as customer_email_hash,
    clean_text_without_email(product_name) as product_name,
    clean_text_without_email(category) as category,
    case lower(clean_text(status))
        when 'completed' then 'Completed'
        when 'pending' then 'Pending'
        when 'cancelled' then 'Cancelled'
        when 'returned' then 'Returned'
    end as status,
    clean_text_without_email(payment_method) as payment_method,
    clean_text_without_email(country) as country,
    -- The demo's feed declares none of these.
    null::varchar as currency,
    null::varchar as undoes_order_id,
    null::decimal(25, 9) as discount,
    null::decimal(25, 9) as tax,
    null::decimal(25, 9) as shipping,
    null::decimal(18, 8) as exchange_rate,
    case when is_number(clean_text(quantity)) then try_cast(clean_text(quantity) as decimal(18, 3))
    end as quantity,
    case
        when is_number(clean_text(unit_price)) then try_cast(clean_text(unit_price) as decimal(18, 6))
    end as unit_price,
    case when is_number(clean_text(amount)) then try_cast(clean_text(amount) as decimal(25, 9))
    end as amount_exact,
    try_cast(round(amount_exact, 2) as decimal(18, 2)) as amount,
    is_amount_derived,
    case
        when is_iso_time(clean_text(transaction_at))
            then try_cast(clean_text(transaction_at) as timestamptz)
    end as transaction_at,
    transaction_id as transaction_id_raw,
    order_id as order_id_raw,
    transaction_at as transaction_at_raw,
    customer_id as customer_id_raw,
    customer_name as customer_name_raw,
    customer_email as customer_email_raw,
    product_id as product_id_raw,
    product_name as product_name_raw,
    category as category_raw,
    quantity as quantity_raw,
    unit_price as unit_price_raw,
    amount as amount_raw,
    status as status_raw,
    payment_method as payment_method_raw,
    country as country_raw,
    null::varchar as currency_raw,
    null::varchar as discount_raw,
    null::varchar as tax_raw,
    null::varchar as shipping_raw,
    null::varchar as undoes_order_id_raw,
    _feed, _load_id, _source_file, _row_number, _line_number, _row_id, _loaded_at,
    _set_aside_reason, _set_aside_text, _position
from bronze_sales;

create view judged as
select
    *,
    cast(transaction_at as date) as transaction_date,
    list_filter([
        case when transaction_id is null then 'transaction_id_missing' end,
        case when clean_text(transaction_at_raw) is null then 'transaction_at_missing' end,
        case
            when transaction_at is null and clean_text(transaction_at_raw) is not null
                then 'transaction_at_unreadable'
        end,
        case when clean_text(amount_raw) is null then 'amount_missing' end,
        case when amount is null and clean_text(amount_raw) is not null then 'amount_not_a_number' end,
        case when amount_exact <= 0 then 'amount_not_positive' end,
        case when quantity is null then 'quantity_unreadable' end,
        case when unit_price is null then 'unit_price_unreadable' end,
        case
            when abs(quantity::decimal(20, 3) * unit_price - amount_exact) > 0.005
                then 'amount_mismatch'
        end,
        case when status is null then 'status_unknown' end
    ], lambda rule: rule is not null) as rejection_reasons,
    list_filter([
        case when customer_id is null then 'customer_missing' end,
        case when not is_email_or_blank(customer_email_raw) then 'customer_email_malformed' end,
        case when amount <> amount_exact then 'amount_rounded' end,
        case
            when quantity <> try_cast(quantity_raw as decimal(38, 18)) then 'quantity_rounded'
        end,
        case
            when unit_price <> try_cast(unit_price_raw as decimal(38, 18)) then 'unit_price_rounded'
        end
    ], lambda rule: rule is not null) as warnings
from typed;
