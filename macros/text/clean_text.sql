{#
    A raw text without outer blanks, and null where nothing else is left. Only rows that have other
    blanks than the space pay for looking for them.

    Arguments:
        text: SQL expression of type string.
        has_odd_blanks: SQL expression: whether the text may hold another blank than the space
            (`contains_odd_blank`).
    Example: `clean_text("customer_name")` on `'  Anna '`
    Result: `'Anna'`
#}
{% macro clean_text(text, has_odd_blanks='true') -%}
    nullif(
        if(
            {{ has_odd_blanks }},
            btrim({{ text }}, ' \t\r\n\u00a0\u2007\u2009\u202f\u3000\ufeff'),
            trim({{ text }})
        ),
        ''
    )
{%- endmacro %}
