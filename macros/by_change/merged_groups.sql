{#
    The groups of a by_change model: those of the version before with what was added to them, and anew
    those that lost a row.

    Arguments:
        node: the model's node; its columns are described with their types.
        sql: its compiled SQL.
        changes: what `changes_of` gives.
        rows: stored table of the version before.
        anew: the values of the first key whose groups are built anew.
    Example: called by `groups_to_build`.
    Result: a select with the model's columns.
#}
{% macro merged_groups(node, sql, changes, rows, anew) %}
    {%- set by_change = node.config.by_change -%}
    {%- set keys = by_change['keys'] -%}
    {%- set measures = [] -%}
    {%- for column in node.columns.values() -%}
        {%- set name = column.name -%}
        {%- if name in keys -%}
            {%- do measures.append(name) -%}
        {%- elif name in by_change.get('latest', []) -%}
            {%- do measures.append(
                'max_by(' ~ name ~ ', struct(' ~ by_change.latest_by | join(', ') ~ ')) as ' ~ name
            ) -%}
        {%- else -%}
            {%- set merge = 'min' if name in by_change.get('least', [])
                else 'max' if name in by_change.get('greatest', []) else 'sum' -%}
            {%- do measures.append(
                'cast(' ~ merge ~ '(' ~ name ~ ') as ' ~ column.data_type ~ ') as ' ~ name
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set columns = node.columns.values() | map(attribute='name') | join(', ') -%}
    {%- set added = with_input(sql, by_change.input, rows_changed(changes, 'added')) -%}
    {%- set merged = 'select ' ~ measures | join(', ') ~ ' from (select ' ~ columns ~ ' from ' ~ rows
        ~ ' union all select ' ~ columns ~ ' from (' ~ added ~ '))' -%}
    {%- if not anew -%}
        {{ return(merged ~ ' group by ' ~ keys | join(', ')) }}
    {%- endif -%}
    {%- set key = keys | first -%}
    {%- set lost_a_row = with_input(
        sql, by_change.input, '(select * from ' ~ target.schema ~ '.' ~ by_change.input ~ ' where '
        ~ keys[key] ~ ' in ' ~ literals(anew) ~ ')'
    ) -%}
    {{ return(
        merged ~ ' where ' ~ key ~ ' not in ' ~ literals(anew) ~ ' group by ' ~ keys | join(', ')
        ~ ' union all select ' ~ columns ~ ' from (' ~ lost_a_row ~ ')'
    ) }}
{% endmacro %}
