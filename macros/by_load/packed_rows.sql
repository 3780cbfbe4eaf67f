{#
    SQL of a by_load model's rows as they are stored: what other columns tell is left out.

    Arguments:
        node: the model's node; its `by_load.packed` names the macro that says which columns are packed.
        sql: its compiled SQL.
    Example: called by the materialization by_load.
    Result: SQL with the same columns, those that are packed behind the others; the model's own where
        nothing is packed.
#}
{% macro packed_rows(node, sql) %}
    {{ return(_with_columns(node, sql, 'packed')) }}
{% endmacro %}

{% macro _with_columns(node, sql, direction) %}
    {%- set by_load = node.config.by_load -%}
    {%- if not by_load.packed -%}{{ return(sql) }}{%- endif -%}
    {%- set expressions = context[by_load.packed]() -%}
    {%- set last = node.config.partition_by or [] -%}
    {%- set columns = [] -%}
    {%- for name, expression in expressions.items() -%}
        {%- do columns.append(expression[direction] ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {#- In the order of the stored table, which has its partition columns last: unions go by place. -#}
    {{ return(
        'select * except (' ~ (expressions.keys() | list + last) | join(', ') ~ '), '
        ~ (columns + last) | join(', ') ~ ' from (' ~ sql ~ ')'
    ) }}
{% endmacro %}
