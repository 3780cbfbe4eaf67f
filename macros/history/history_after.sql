{#
    The SQL of a snapshot's history after this run: the history that is live, in which the rows that
    ended get their end, and the rows that are new. dbt's own macros tell both.

    Arguments:
        node: the snapshot's node.
        sql: its compiled SQL.
    Example: called by the materialization snapshot.
    Result: a select; an error where the history or the rows do not fit the snapshot's config.
#}
{% macro history_after(node, sql) %}
    {%- set meta = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    {%- set before = history_before(node.alias) -%}
    {%- set columns = columns_to_keep(node, sql, config.get('unique_key')) -%}
    {%- set strategy = strategy_dispatch(config.get('strategy'))(
        {'name': node.name, 'columns': columns, 'columns_before': before.columns if before else []},
        'snapshotted_data', 'source_data', node.config, before is not none
    ) -%}
    {%- if not before -%}{{ return(build_snapshot_table(strategy, sql)) }}{%- endif -%}
    {%- set needed = [meta.dbt_scd_id, meta.dbt_valid_from, meta.dbt_valid_to] -%}
    {%- if strategy.hard_deletes == 'new_record' -%}{%- do needed.append(meta.dbt_is_deleted) -%}{%- endif -%}
    {%- do _check_columns(node, before, needed) -%}
    {{ return(_next_history(sql, strategy, before, columns + needed + [meta.dbt_updated_at], meta)) }}
{% endmacro %}

{% macro _next_history(sql, strategy, before, columns, meta) %}
    {%- set known = columns | map('lower') | list -%}
    {%- set old, kept, new = [], [], [] -%}
    {%- for column in before.columns -%}
        {%- do old.append(column | lower) -%}
        {%- do kept.append(
            'coalesce(ended.ended_at, history.`' ~ column ~ '`) as `' ~ column ~ '`'
            if column | lower == meta.dbt_valid_to | lower else 'history.`' ~ column ~ '`'
        ) -%}
        {%- do new.append(('' if column | lower in known else 'null as ') ~ '`' ~ column ~ '`') -%}
    {%- endfor -%}
    {%- for column in columns if column | lower not in old -%}
        {%- do kept.append('null as `' ~ column ~ '`') -%}
        {%- do new.append('`' ~ column ~ '`') -%}
    {%- endfor -%}
    {%- set valid_to, current = 'history.' ~ meta.dbt_valid_to, config.get('dbt_valid_to_current') -%}
    with history_changes as (
        {{ snapshot_staging_table(strategy, sql, before.version) }}
    )

    select {{ kept | join(', ') }}
    from {{ before.version }} as history
    left join (
        select {{ meta.dbt_scd_id }} as scd_id, {{ meta.dbt_valid_to }} as ended_at
        from history_changes
        where dbt_change_type in ('update', 'delete')
    ) as ended
        on
            history.{{ meta.dbt_scd_id }} = ended.scd_id
            and (
                {{ valid_to }} is null
                {%- if current %} or {{ equals(valid_to, current | trim) }}{% endif %}
            )
    union all
    select {{ new | join(', ') }}
    from history_changes
    where dbt_change_type = 'insert'
{% endmacro %}

{% macro _check_columns(node, before, needed) %}
    {%- set there = before.columns | map('lower') | list -%}
    {%- set missing = [] -%}
    {%- for column in needed if column | lower not in there -%}{%- do missing.append(column) -%}{%- endfor -%}
    {%- if missing -%}
        {%- do exceptions.raise_compiler_error(
            "Snapshot target is missing configured columns: the live history of " ~ node.name
            ~ " has no " ~ missing | join(', ') ~ ", since snapshot_meta_column_names or hard_deletes"
            ~ " changed; set back what changed, or give the snapshot another name, which begins a new"
            ~ " history"
        ) -%}
    {%- endif -%}
{% endmacro %}
