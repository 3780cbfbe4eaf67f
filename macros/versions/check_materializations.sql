{#
    Stops where a model would change rows that are already written: appends and overwrites of plain
    Parquet lose or double rows in a crash.

    Arguments: none.
    Example: called at the start of a run.
    Result: nothing, or an error that names each such model.
#}
{% macro check_materializations() %}
    {%- set known = ['table', 'view', 'by_load', 'by_change', 'seed', 'ephemeral'] -%}
    {%- set faults = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
        {%- if node.config.materialized not in known -%}
            {%- do faults.append(node.name ~ " is materialized as " ~ node.config.materialized) -%}
        {%- elif node.config.get('location_root') -%}
            {%- do faults.append(node.name ~ " has a location_root, one place for all versions") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if faults -%}
        {%- do exceptions.raise_compiler_error(
            faults | join('; ') ~ ". That changes rows that are already written, which a crash can"
            ~ " lose or double; use table, view, by_load or by_change"
        ) -%}
    {%- endif -%}
{% endmacro %}
