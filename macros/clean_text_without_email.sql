{#
    A cleaned text in which no e-mail address can leave silver: one that holds an address is
    replaced as a whole by its keyed hash.

    Arguments:
        text: SQL expression of type string.
        key: the secret key of the hash.
    Example: `clean_text_without_email("customer_name", key)` on `'a@b.org'`
    Result: `'email:5f1c...'`; other texts as `clean_text` leaves them.
#}
{% macro clean_text_without_email(text, key) -%}
    case
        when {{ contains_email(text) }} then concat('email:', {{ keyed_hash("lower(" ~ clean_text(text) ~ ")", key) }})
        else {{ clean_text(text) }}
    end
{%- endmacro %}
