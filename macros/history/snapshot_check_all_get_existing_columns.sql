{#
    Replaces dbt's macro of this name, which the strategy `check` asks what to compare: that one asks
    Spark again for columns that are known, and of the history that was built last, not the live one.

    Arguments:
        node: `{name, columns, columns_before}`, as `history_after` gives it.
        target_exists: whether there is a history before.
        check_cols_config: the snapshot's `check_cols`: `all`, or a list of columns.
    Example: called by dbt's `snapshot_check_strategy`.
    Result: whether a column is new, which makes a new row of each key, and the columns to compare.
#}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) %}
    {%- set now = {} -%}
    {%- for column in node.columns -%}{%- do now.update({column | lower: column}) -%}{%- endfor -%}
    {%- set wanted = node.columns if check_cols_config == 'all' else check_cols_config -%}
    {%- set before = node.columns_before | map('lower') | list -%}
    {%- set compared, unknown, added = [], [], [] -%}
    {%- for column in wanted -%}
        {%- set name = column | replace('`', '') | lower -%}
        {%- if name not in now -%}
            {%- do unknown.append(column) -%}
        {%- else -%}
            {%- do (compared if name in before else added).append(adapter.quote(now[name])) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if unknown -%}
        {%- do exceptions.raise_compiler_error(
            "snapshot " ~ node.name ~ ": check_cols names " ~ unknown | join(', ')
            ~ ", which what it reads does not have; it has " ~ node.columns | join(', ')
        ) -%}
    {%- endif -%}
    {{ return((target_exists and added | length > 0, compared)) }}
{% endmacro %}
