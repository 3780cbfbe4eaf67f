{#
    SQL of a by_load model's rows as they are stored: what other columns tell is left out.

    Arguments:
        node: the model's node; its `by_load.packed` names the macro that says which columns are packed.
        sql: its compiled SQL.
    Example: called by the materialization by_load.
    Result: SQL with the same columns; the model's own where nothing is packed.
#}
{% macro packed_rows(node, sql) %}
    {{ return(_with_columns(node, sql, 'packed')) }}
{% endmacro %}

{% macro _with_columns(node, sql, direction) %}
    {%- set by_load = node.config.by_load -%}
    {%- if not by_load.packed -%}{{ return(sql) }}{%- endif -%}
    {%- set expressions = context[by_load.packed]() -%}
    {%- set columns = [] -%}
    {%- for name in node.columns -%}
        {%- do columns.append(
            expressions[name][direction] ~ ' as ' ~ name if name in expressions else name
        ) -%}
    {%- endfor -%}
    {{ return('select ' ~ columns | join(', ') ~ ' from (' ~ sql ~ ')') }}
{% endmacro %}
