{#
    A raw text as an exact decimal: digits with a point, no signs of currency or thousands.

    Arguments:
        text: SQL expression of type string.
        type: the decimal type to read it as.
    Example: `parse_decimal("amount", "decimal(38, 9)")` on `' 19.90 '`
    Result: 19.900000000; null where the text is no such number or does not fit.
#}
{% macro parse_decimal(text, type) -%}
    try_cast({{ clean_text(text) }} as {{ type }})
{%- endmacro %}
