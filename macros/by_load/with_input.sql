{#
    SQL in which a subquery stands in for a model that it reads.

    Arguments:
        sql: compiled SQL.
        input: the model's name.
        subquery: what stands in, in parentheses.
    Example: `with_input(compiled_code, 'bronze_sales', '(select * from p360.bronze_sales where false)')`
    Result: SQL.
#}
{% macro with_input(sql, input, subquery) -%}
    {#- A backslash in the subquery is no escape. -#}
    {%- set parts = modules.re.split('\\b' ~ target.schema ~ '\\.' ~ input ~ '\\b', sql) -%}
    {{ return(parts | join(subquery)) }}
{%- endmacro %}
