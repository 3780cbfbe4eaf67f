{#
    Whether a text may hold an e-mail address.

    Arguments:
        text: SQL expression of type string.
    Example: `contains_email("customer_name")` on `'write to a@b'`
    Result: true
#}
{% macro contains_email(text) -%}
    (contains({{ text }}, '@') or contains({{ text }}, '\uff20'))
{%- endmacro %}
