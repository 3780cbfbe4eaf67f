{#
    A text as HMAC-SHA-256: equal texts stay equal, and nobody without the key can guess them. The
    key is a variable of the session (`declare_email_key`), so that it is in no compiled SQL.

    Arguments:
        text: SQL expression of type string.
    Example: `keyed_hash("lower(customer_email)")`
    Result: 64 hexadecimal digits; null for null.
#}
{% macro keyed_hash(text) -%}
    lower(hex(hmac(p360_email_key, cast({{ text }} as binary))))
{%- endmacro %}
