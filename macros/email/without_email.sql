{#
    A cleaned text in which no e-mail address can leave silver: one that may hold an address is
    replaced as a whole by its keyed hash.

    Arguments:
        text: SQL expression of type string, cleaned by `clean_text`.
        has_address: SQL expression: whether the text may hold an address; decides for most rows.
    Example: `without_email("customer_name")` on `'a@b.org'`
    Result: `'email:5f1c...'`; other texts as they are.
#}
{% macro without_email(text, has_address='true') -%}
    if(
        {{ has_address }} and {{ contains_email(text) }},
        concat('email:', {{ keyed_hash("lower(" ~ text ~ ")") }}),
        {{ text }}
    )
{%- endmacro %}
