{#
    A text as an SQL string literal.

    Arguments:
        text: any text.
    Example: `sql_string("it's")`
    Result: `'it\'s'`
#}
{% macro sql_string(text) -%}
    '{{ text | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}
