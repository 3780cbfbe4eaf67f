{#
    Stops where a model would change rows that are already written: appends and overwrites of plain
    Parquet lose or double rows in a crash.

    Arguments: none.
    Example: called at the start of a run.
    Result: nothing, or an error that names each such model and what does its work here.
#}
{% macro check_materializations() %}
    {%- set known = ['table', 'view', 'by_load', 'by_change', 'seed', 'snapshot', 'ephemeral'] -%}
    {%- set instead = {
        'incremental': "by_load, which builds the loads that changed, by_change for sums over such rows,"
            ~ " or table",
        'materialized_view': "table, which each build renews, or view",
    } -%}
    {%- set faults = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
        {%- set kind = node.config.materialized -%}
        {%- if kind not in known -%}
            {%- set strategy = node.config.get('incremental_strategy') -%}
            {%- do faults.append(
                node.name ~ " is materialized as " ~ kind ~ (' (' ~ strategy ~ ')' if strategy else '')
                ~ "; use " ~ instead.get(kind, "table, view, by_load or by_change")
            ) -%}
        {%- elif node.config.get('location_root') -%}
            {%- do faults.append(
                node.name ~ " has a location_root, one place for all versions; leave it out"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if faults -%}
        {%- do exceptions.raise_compiler_error(
            faults | join('. ') ~ ". Rows that are written are never changed here: a crash could lose or"
            ~ " double them"
        ) -%}
    {%- endif -%}
{% endmacro %}
