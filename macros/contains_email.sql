{#
    Whether a text may hold an e-mail address. Any at sign counts, the wide one too: an address with
    a slip in it is still somebody's address.

    Arguments:
        text: SQL expression of type string.
    Example: `contains_email("customer_name")` on `'write to a@b'`
    Result: true
#}
{% macro contains_email(text) -%}
    {{ text }} rlike '[@\uff20]'
{%- endmacro %}
