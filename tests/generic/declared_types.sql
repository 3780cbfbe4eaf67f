{#
    Fails where a column's type in Spark is not the one that its YAML declares, or a column stands on
    one side only. dbt's contracts do not look at the digits of a decimal; this does.

    Arguments:
        model: the relation.
    Example: `declared_types`
    Result: one row for each difference.
#}
{% test declared_types(model) %}
    {%- set faults = [] -%}
    {%- if execute -%}
        {%- set node = graph.nodes.values()
            | selectattr('resource_type', 'in', ['model', 'snapshot'])
            | selectattr('name', 'equalto', model.identifier) | first -%}
        {%- set actual = {} -%}
        {%- for column in adapter.get_columns_in_relation(model) -%}
            {%- do actual.update({column.name: column.data_type}) -%}
        {%- endfor -%}
        {%- for column in node.columns.values() -%}
            {%- if actual.get(column.name) != column.data_type -%}
                {%- do faults.append([column.name, column.data_type, actual.get(column.name, 'none')]) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name in actual if name not in node.columns -%}
            {%- do faults.append([name, 'none', actual[name]]) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for fault in faults %}
    select
        '{{ fault[0] }}' as column_name,
        '{{ fault[1] }}' as declared_type,
        '{{ fault[2] }}' as actual_type
    {{ "union all" if not loop.last }}
    {%- else %}
    select 'none' as column_name where false
    {%- endfor %}
{% endtest %}
