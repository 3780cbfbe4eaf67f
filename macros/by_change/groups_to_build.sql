{#
    Says what a by_change model is built from: all rows, or the version before and what changed since.

    Arguments:
        node: the model's node.
        sql: its compiled SQL.
    Example: called by the materialization by_change.
    Result: `{sql, rows, of, logic}`: what to build, none where nothing changed; then the stored table of
        the version before; and what the next run compares with: the version of the by_load model that
        was read, and a digest of the SQL.
#}
{% macro groups_to_build(node, sql) %}
    {%- set by_change = node.config.by_change -%}
    {%- set changes = changes_of(by_change.input) -%}
    {%- set logic = logic_of(sql) -%}
    {%- set before = built_groups(node.alias) -%}
    {%- set plan = {'sql': sql, 'rows': before.rows, 'of': changes.of, 'logic': logic} -%}
    {%- if should_full_refresh() or before.logic != logic -%}{{ return(plan) }}{%- endif -%}
    {%- if before.of == changes.of or (before.of == changes.since and not changes.table) -%}
        {%- do plan.update({'sql': none}) -%}
    {%- elif before.of == changes.since -%}
        {%- set key = by_change['keys'] | first -%}
        {%- set anew = run_query(
            'select distinct ' ~ by_change['keys'][key] ~ ' from '
            ~ rows_changed(changes, 'removed') ~ ' limit ' ~ (var('most_groups') + 1)
        ).columns[0].values() | map('string') | list -%}
        {%- if anew | length <= var('most_groups') -%}
            {%- do plan.update({'sql': merged_groups(node, sql, changes, before.rows, anew)}) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(plan) }}
{% endmacro %}
