{#
    Whether a text holds a blank that is no space: tab, line end, no-break space, figure space, thin
    space, ideographic space, byte order mark.

    Arguments:
        text: SQL expression of type string.
    Example: `contains_odd_blank("concat(customer_id, customer_name)")`
    Result: an expression of type boolean.
#}
{% macro contains_odd_blank(text) -%}
    (
        contains({{ text }}, '\t') or contains({{ text }}, '\r') or contains({{ text }}, '\n')
        {#- The others are none of ASCII, which most rows are. #}
        or octet_length({{ text }}) <> char_length({{ text }}) and (
            contains({{ text }}, '\u00a0') or contains({{ text }}, '\ufeff')
            or contains({{ text }}, '\u2007') or contains({{ text }}, '\u2009')
            or contains({{ text }}, '\u202f') or contains({{ text }}, '\u3000')
        )
    )
{%- endmacro %}
