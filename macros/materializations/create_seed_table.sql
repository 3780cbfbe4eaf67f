{#
    Creates the empty table of a seed's version: every cell is text, and where the seed asks for it
    (`meta: {lineage: {feed: ...}}`), the lineage columns of a raw table follow the cells.

    Arguments:
        version: the relation to create.
        seed: the seed's node.
        agate_table: the seed's rows.
    Example: called by the seed materialization.
    Result: nothing; an error where dbt would change the text of a column.
#}
{% macro create_seed_table(version, seed, agate_table) %}
    {%- set columns = [] -%}
    {%- for column in agate_table.column_names -%}
        {%- if adapter.convert_type(agate_table, loop.index0) != 'string' -%}
            {%- do exceptions.raise_compiler_error(
                "seed " ~ seed.name ~ ": dbt would change the text of column " ~ column
                ~ ", which reads as another type; list it as string under column_types in "
                ~ (seed.patch_path or 'the YAML file of the seed').split('//') | last
            ) -%}
        {%- endif -%}
        {%- do columns.append('`' ~ column ~ '` string') -%}
    {%- endfor -%}
    {%- if seed.config.meta.get('lineage') -%}
        {%- do columns.extend([
            '_feed string', '_load_id string', '_source_file string', '_row_number bigint',
            '_line_number bigint', '_loaded_at timestamp', '_set_aside_reason string',
            '_set_aside_text string'
        ]) -%}
    {%- endif -%}
    {%- call statement('_') -%}
        create table {{ version }} ({{ columns | join(', ') }}) {{ file_format_clause() }}
    {%- endcall -%}
{% endmacro %}
