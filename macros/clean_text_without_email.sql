{#
    A cleaned text in which no e-mail address can leave silver: one that may hold an address is
    replaced as a whole by its keyed hash.

    Arguments:
        text: SQL expression of type string.
    Example: `clean_text_without_email("customer_name")` on `'a@b.org'`
    Result: `'email:5f1c...'`; other texts as `clean_text` leaves them.
#}
{% macro clean_text_without_email(text) -%}
    case
        when {{ contains_email(text) }}
            then concat('email:', {{ keyed_hash("lower(" ~ clean_text(text) ~ ")") }})
        else {{ clean_text(text) }}
    end
{%- endmacro %}
