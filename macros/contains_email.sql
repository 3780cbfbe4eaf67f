{#
    Whether a text holds something that reads as an e-mail address.

    Arguments:
        text: SQL expression of type string.
    Example: `contains_email("customer_name")` on `'write to a@b.org'`
    Result: true
#}
{% macro contains_email(text) -%}
    {{ text }} rlike r'[^\s@]+@[^\s@]+\.[^\s@]+'
{%- endmacro %}
