{#
    The names of this schema's relations that a compiled SQL text reads.

    Arguments:
        sql: compiled SQL.
    Example: `relations_read('select * from p360.bronze_sales')`
    Result: `['bronze_sales']`
#}
{% macro relations_read(sql) -%}
    {{ return(
        modules.re.findall('\\b' ~ target.schema ~ '\\.(\\w+)', sql or '') | unique | list
    ) }}
{%- endmacro %}
