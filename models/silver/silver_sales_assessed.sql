{{
    config(
        partition_by=['disposition'],
        post_hook="{{ stop_on_fail_rules(this) }}",
    )
}}
{%- do declare_email_key(email_key(target.name)) %}

with bronze_sales as (
    select * from {{ ref('bronze_sales') }}
),

typed as (
    select
        -- ids
        {{ clean_text_without_email('transaction_id') }} as transaction_id,
        coalesce(
            {{ clean_text_without_email('order_id') }},
            {{ clean_text_without_email('transaction_id') }}
        ) as order_id,
        {{ clean_text_without_email('customer_id') }} as customer_id,
        {{ clean_text_without_email('product_id') }} as product_id,

        -- text
        {{ clean_text_without_email('customer_name') }} as customer_name,
        {{ keyed_hash('lower(' ~ clean_text('customer_email') ~ ')') }} as customer_email_hash,
        {{ clean_text_without_email('product_name') }} as product_name,
        {{ clean_text_without_email('category') }} as category,
        {{ known_status('status') }} as status,
        {{ clean_text_without_email('payment_method') }} as payment_method,
        {{ clean_text_without_email('country') }} as country,

        -- numbers
        {{ parse_decimal('quantity', 'decimal(18, 3)') }} as quantity,
        {{ parse_decimal('unit_price', 'decimal(18, 6)') }} as unit_price,
        {{ parse_decimal('amount', 'decimal(25, 9)') }} as amount_read,

        -- booleans
        is_amount_derived,
        -- An exact copy has every cell alike. Which one is the original hangs on file and record,
        -- not on the time of loading: the same files end in the same rows, whatever came first.
        _set_aside_reason is null and row_number() over (
            partition by
                _feed, _set_aside_reason, transaction_id, order_id, transaction_at, customer_id,
                customer_name, customer_email, product_id, product_name, category, quantity,
                unit_price, amount, status, payment_method, country
            order by _source_file, _row_number
        ) > 1 as is_duplicate,

        -- times
        {{ parse_timestamp('transaction_at') }} as transaction_at,

        -- raw cells
        transaction_id as transaction_id_raw,
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

        -- lineage
        _feed,
        _load_id,
        _source_file,
        _row_number,
        _line_number,
        _row_id,
        _loaded_at,
        _set_aside_reason,
        _set_aside_text
    from bronze_sales
),

priced as (
    select
        * except (amount_read),
        case
            when is_amount_derived
                then try_cast(try_multiply(quantity, unit_price) as decimal(25, 9))
            else amount_read
        end as amount_exact,
        try_cast(round(amount_exact, 2) as decimal(18, 2)) as amount,
        cast(transaction_at as date) as transaction_date
    from typed
),

judged as (
    select
        *,
        {{ broken_rules(sales_rules(severities=['quarantine', 'fail'])) }} as rejection_reasons,
        {{ broken_rules(sales_rules(severities=['warn'])) }} as warnings
    from priced
),

-- Of the valid records of one transaction the latest counts.
versioned as (
    select
        *,
        {{ sales_version_rank() }} as version_rank
    from judged
),

final as (
    select
        -- ids
        transaction_id,
        order_id,
        customer_id,
        product_id,

        -- text
        customer_name,
        customer_email_hash,
        product_name,
        category,
        status,
        payment_method,
        country,

        -- numbers
        quantity,
        unit_price,
        amount,
        amount_exact,

        -- booleans
        is_amount_derived,
        is_duplicate,

        -- times
        transaction_at,
        transaction_date,

        -- raw cells
        transaction_id_raw,
        transaction_at_raw,
        customer_id_raw,
        customer_name_raw,
        customer_email_raw,
        product_id_raw,
        product_name_raw,
        category_raw,
        quantity_raw,
        unit_price_raw,
        amount_raw,
        status_raw,
        payment_method_raw,
        country_raw,

        -- judgement
        rejection_reasons,
        warnings,

        -- lineage
        _feed,
        _load_id,
        _source_file,
        _row_number,
        _line_number,
        _row_id,
        _loaded_at,
        _set_aside_reason,
        _set_aside_text,

        -- A partition column comes last.
        {{ sales_disposition() }} as disposition
    from versioned
)

select * from final
