{#
    Replaces dbt-spark's table for a seed: every cell is text, and where the seed asks for it
    (`meta: {lineage: {feed: ...}}`), five lineage columns follow the cells.

    Arguments:
        model: the seed's node.
        agate_table: the seed's rows.
    Example: called by dbt's seed materialization.
    Result: the statement that made the empty table.
#}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for column in agate_table.column_names -%}
        {%- if adapter.convert_type(agate_table, loop.index0) != 'string' -%}
            {%- do exceptions.raise_compiler_error(
                "seed " ~ model.name ~ ": dbt would change the text of column " ~ column
                ~ ", which reads as another type; list it as string under column_types in "
                ~ (model.patch_path or 'the YAML file of the seed').split('//') | last
            ) -%}
        {%- endif -%}
        {%- do columns.append('`' ~ column ~ '` string') -%}
    {%- endfor -%}
    {%- if model.config.meta.get('lineage') -%}
        {%- do columns.extend([
            '_feed string', '_load_id string', '_source_file string', '_row_number bigint',
            '_loaded_at timestamp'
        ]) -%}
    {%- endif -%}
    {%- set sql -%}
        create table {{ this.render() }} ({{ columns | join(', ') }})
        {{ file_format_clause() }}
        {{ comment_clause() }}
    {%- endset -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{% endmacro %}
