{#
    A raw text without outer blanks, and null where nothing else is left.

    Arguments:
        text: SQL expression of type string.
    Example: `clean_text("customer_name")` on `'  Anna '`
    Result: `'Anna'`
#}
{% macro clean_text(text) -%}
    nullif(btrim({{ text }}, ' \t\r\n\u00a0\ufeff'), '')
{%- endmacro %}
