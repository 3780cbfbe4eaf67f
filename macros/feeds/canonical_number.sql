{#
    A number as a feed writes it, as `parse_decimal` reads it: an optional minus, digits, a point.

    Arguments:
        text: SQL expression of type string, without outer blanks.
        decimal: the decimal sign.
        thousands: the thousands sign; blank for none.
    Example: `canonical_number("amount", ",", ".")` on `'1.234,50 €'`
    Result: `'1234.50'`; `'0'` for a dash alone; null for a text of another form.
#}
{% macro canonical_number(text, decimal='.', thousands='') -%}
    {%- set digits = "regexp_replace(" ~ text ~ ", r'[^0-9" ~ decimal ~ "]', '')" -%}
    case
        {#- Most numbers are digits alone; looking for signs would cost them five searches. #}
        when {{ text }} rlike r'^\d+({{ '\\.' if decimal == '.' else decimal }}\d+)?$'
            then {{ text if decimal == '.' else 'replace(' ~ text ~ ", '" ~ decimal ~ "', '.')" }}
        when {{ text }} rlike r"{{ number_pattern(decimal, thousands) }}"
            {#- A dash alone has no digits. #}
            then if(
                {{ text }} rlike r'[0-9]',
                concat(
                    if({{ text }} rlike r'[-\u2212(]|CR$', '-', ''),
                    regexp_replace(replace({{ digits }}, '{{ decimal }}', '.'), r'^\.', '0.')
                ),
                '0'
            )
    end
{%- endmacro %}
