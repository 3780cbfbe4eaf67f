{#
    How judged sales are stored: the raw text of a cell only where it is not what the typed value prints
    as, ids only where no other column has them, the hash of the address as its 32 bytes. The account is
    as whole as before: the view over the stored rows gives all of it back, byte for byte.

    Arguments: none.
    Example: `by_load={'packed': 'packed_sales'}`
    Result: for each column that is packed, `{packed, unpacked}`; see `told_by`.
#}
{% macro packed_sales() %}
    {%- set order_id = told_by('order_id', 'transaction_id') -%}
    {%- set packed = {
        'order_id': order_id,
        'order_id_raw': told_by('order_id_raw', 'order_id', order_id.unpacked),
        'customer_email_hash': {
            'packed': 'unhex(customer_email_hash)', 'unpacked': 'lower(hex(customer_email_hash))'
        },
        'transaction_at_raw': told_by('transaction_at_raw', _printed_time('transaction_at')),
        'quantity_raw': told_by('quantity_raw', _printed_number('quantity', 0)),
        'unit_price_raw': told_by('unit_price_raw', _printed_number('unit_price', 2)),
        'amount_raw': told_by(
            'amount_raw', 'if(is_amount_derived, null, ' ~ _printed_number('amount_exact', 2) ~ ')'
        ),
        '_row_id': told_by('_row_id', lineage_row_id()),
    } -%}
    {%- for cell in sales_cells() if cell ~ '_raw' not in packed and cell != 'customer_email' -%}
        {%- do packed.update({cell ~ '_raw': told_by(cell ~ '_raw', cell)}) -%}
    {%- endfor -%}
    {{ return(packed) }}
{% endmacro %}

{#- Of whole seconds, in UTC whatever the zone of the session is. -#}
{% macro _printed_time(column) -%}
    {{ return(
        "cast(timestamp_ntz '1970-01-01 00:00:00' + cast(unix_seconds(" ~ column
        ~ ') as interval second) as string)'
    ) }}
{%- endmacro %}

{% macro _printed_number(column, digits) -%}
    {{ return('cast(try_cast(' ~ column ~ ' as decimal(18, ' ~ digits ~ ')) as string)') }}
{%- endmacro %}
