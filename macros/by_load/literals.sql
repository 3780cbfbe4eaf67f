{#
    Texts as a list of SQL literals.

    Arguments:
        texts: a list of texts.
    Example: `literals(['a', 'b'])`
    Result: `('a', 'b')`
#}
{% macro literals(texts) -%}
    {%- set quoted = [] -%}
    {%- for text in texts -%}{%- do quoted.append(sql_string(text)) -%}{%- endfor -%}
    {{ return('(' ~ quoted | join(', ') ~ ')') }}
{%- endmacro %}
