{#
    A raw text as an exact decimal: an optional minus, digits, a point. Signs of currency or thousands
    and powers of ten (`1.23E+05`, what spreadsheets make of long numbers) are not guessed at.

    Arguments:
        text: SQL expression of type string.
        type: the decimal type to read it as; digits beyond its scale are rounded.
    Example: `parse_decimal("amount", "decimal(25, 9)")` on `' 19.90 '`
    Result: 19.900000000; null where the text is no such number or does not fit.
#}
{% macro parse_decimal(text, type) -%}
    case
        when {{ text }} rlike r'^-?\d+(\.\d+)?$'
            then try_cast({{ text }} as {{ type }})
    end
{%- endmacro %}
