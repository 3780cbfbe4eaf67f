{#
    A text as HMAC-SHA-256: equal texts stay equal, and nobody without the key can guess them.

    Arguments:
        text: SQL expression of type string.
        key: the secret key, as plain text.
    Example: `keyed_hash("lower(customer_email)", email_key(target.name))`
    Result: 64 hexadecimal digits; null for null.
#}
{% macro keyed_hash(text, key) -%}
    lower(hex(hmac(x'{{ key.encode("utf-8").hex() }}', cast({{ text }} as binary))))
{%- endmacro %}
