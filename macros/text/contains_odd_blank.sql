{#
    Whether a text holds a blank that is no space: tab, line end, no-break space, byte order mark.

    Arguments:
        text: SQL expression of type string.
    Example: `contains_odd_blank("concat(customer_id, customer_name)")`
    Result: an expression of type boolean.
#}
{% macro contains_odd_blank(text) -%}
    (
        contains({{ text }}, '\t') or contains({{ text }}, '\r') or contains({{ text }}, '\n')
        or contains({{ text }}, '\u00a0') or contains({{ text }}, '\ufeff')
    )
{%- endmacro %}
