{#
    The columns that the YAML of a model or a snapshot declares.

    Arguments:
        relation: its relation.
    Example: `declared_columns(ref('silver_sales'))`
    Result: its columns, each with `name` and `data_type`.
#}
{% macro declared_columns(relation) -%}
    {%- set node = graph.nodes.values()
        | selectattr('resource_type', 'in', ['model', 'snapshot'])
        | selectattr('name', 'equalto', relation.identifier) | first -%}
    {{ return(node.columns.values()) }}
{%- endmacro %}
