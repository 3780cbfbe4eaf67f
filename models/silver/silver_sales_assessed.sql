{{
    config(
        materialized='by_load',
        by_load={
            'inputs': ['bronze_sales'],
            'loads': 'loads_of_bronze',
            'touched': 'touched_sales',
            'packed': 'packed_sales',
            'changes': {
                'row': '_row_id',
                'without': '_raw$|^raw_before_correction$|^_judged_by_run_id$',
            },
        },
        partition_by=['disposition'],
        meta={'rules': declared_sales_rules()},
        post_hook="{{ stop_on_fail_rules(this) }}",
    )
}}
{%- do declare_email_key(email_key(target.name)) %}
{%- set in_form = cells_in_form() %}
{%- set apart = ['transaction_id', 'customer_email', 'status'] %}

with bronze_sales as (
    select * from {{ ref('bronze_sales') }}
),

sales_corrections as (
    select * from {{ ref('sales_corrections') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

to_judge as (
    {{ sales_to_judge('bronze_sales', 'sales_corrections') }}
),

-- Each text is trimmed once, and only then read in the form that the feed declares.
trimmed as (
    select
        *,
        {%- for cell in in_form %}
            {{ clean_text(cell ~ '_raw', 'has_odd_blanks') }} as {{ cell }}_trimmed,
        {%- endfor %}
        {{ clean_text('status_raw', 'has_odd_blanks') }} as status_trimmed
    from to_judge
),

read_in_form as (
    select
        * except (
            {%- for cell in in_form %}
                {{ cell }}_trimmed,
            {%- endfor %}
            correction,
            status_trimmed
        ),
        {%- for cell in in_form %}
            {{ judged_text(cell, cell ~ '_trimmed') }} as {{ cell }}_text,
        {%- endfor %}
        {{ judged_text('status', 'status_trimmed') }} as status_text
    from trimmed
),

-- Records of one transaction come together once, for both questions that are asked of them below;
-- of records without an id, exact copies.
gathered as (
    select
        *,
        xxhash64(_feed, coalesce(transaction_id, cast(cells_hash as string))) as transaction_hash
    from read_in_form
    distribute by transaction_hash
),

compared as (
    select
        *,
        -- An exact copy has every cell alike. Which one is the original hangs on file and record,
        -- not on the time of loading: the same files end in the same rows, whatever came first.
        _set_aside_reason is null and row_number() over (
            partition by
                transaction_hash, _feed, transaction_id, cells_hash, _set_aside_reason
                {%- for cell in sales_cells() + optional_cells() -%}
                    , {{ cell }}_raw
                {%- endfor %}
            order by _source_file, _row_number
        ) > 1 as is_duplicate
    from gathered
),

cleaned as (
    select
        *,
        {%- for cell in sales_cells() if cell not in in_form and cell not in apart %}
            {{ clean_text(cell ~ '_raw', 'has_odd_blanks') }} as {{ cell }}_text,
        {%- endfor %}
        {{ clean_text('customer_email_raw') }} as customer_email_text
    from compared
),

typed as (
    select
        * except (status_text),
        -- ids
        coalesce({{ without_email('order_id_text', 'has_address') }}, transaction_id) as order_id,
        {{ without_email('customer_id_text', 'has_address') }} as customer_id,
        {{ without_email('product_id_text', 'has_address') }} as product_id,

        -- text
        {{ without_email('customer_name_text', 'has_address') }} as customer_name,
        {{ keyed_hash('lower(customer_email_text)') }} as customer_email_hash,
        {{ without_email('product_name_text', 'has_address') }} as product_name,
        {{ without_email('category_text', 'has_address') }} as category,
        {{ known_status('status_text') }} as status,
        {{ without_email('payment_method_text', 'has_address') }} as payment_method,
        {{ without_email('country_text', 'has_address') }} as country,
        {{ optional_text('currency') }} as currency,
        {{ optional_text('undoes_order_id') }} as undoes_order_id,

        -- numbers
        {{ parse_decimal('quantity_text', 'decimal(18, 3)') }} as quantity,
        {{ parse_decimal('unit_price_text', 'decimal(18, 6)') }} as unit_price,
        {{ parse_decimal('amount_text', 'decimal(25, 9)') }} as amount_read,
        {{ optional_number('discount') }} as discount,
        {{ optional_number('tax') }} as tax,
        {{ optional_number('shipping') }} as shipping,

        -- times
        {{ in_utc(parse_timestamp('transaction_at_text'), 'transaction_at_text') }}
            as transaction_at
    from cleaned
),

spread as (
    {{ discount_spread('typed') }}
),

turned as (
    {{ returns_turned('spread') }}
),

priced as (
    select
        *,
        case
            when is_amount_derived
                then try_cast({{ amount_of_parts() }} as decimal(25, 9))
            else amount_read
        end as amount_exact,
        cast(transaction_at as date) as transaction_date
    from turned
),

exchanged as (
    {{ with_exchange_rates('priced', 'exchange_rates') }}
),

converted as (
    select
        *,
        {{ converted_amount() }} as amount
    from exchanged
),

judged as (
    select
        *,
        {{ broken_rules(sales_rules(severities=['quarantine', 'fail'])) }} as rejection_reasons,
        {{ broken_rules(sales_rules(severities=['warn'])) }} as warnings
    from converted
),

-- Of the valid records of one transaction the latest counts.
versioned as (
    select
        *,
        {{ is_superseded('transaction_hash, _feed, transaction_id') }} as is_superseded
    from judged
),

decided as (
    select
        *,
        {{ sales_disposition() }} as disposition
    from versioned
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
        currency,
        undoes_order_id,

        -- numbers
        quantity,
        unit_price,
        amount,
        amount_exact,
        discount,
        tax,
        shipping,
        exchange_rate,

        -- booleans
        is_amount_derived,
        is_duplicate,
        is_corrected,
        {{ is_first_of_order() }} as is_first_of_order,

        -- times
        transaction_at,
        transaction_date,

        -- raw cells
        {%- for cell in sales_cells() %}
            {{ cell }}_raw,
        {%- endfor %}
        {%- for cell in optional_cells(every=true) %}
            {{ 'cast(null as string) as ' if cell not in optional_cells() }}{{ cell }}_raw,
        {%- endfor %}
        raw_before_correction,

        -- judgement
        rejection_reasons,
        warnings,
        waived_by,
        waived_because,

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
        '{{ run_id() }}' as _judged_by_run_id,
        if(
            transaction_id is null and _set_aside_reason is null,
            cast(cells_hash as string),
            null
        ) as _copy_key,

        -- A partition column comes last.
        disposition
    from decided
)

select * from final
