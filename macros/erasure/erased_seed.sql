{#
    The rows of a seed without what names those who were forgotten (`p360 forget`).

    Arguments:
        seed: the seed's node.
        agate_table: its rows, as they stand in the file.
    Example: called by the seed materialization.
    Result: an agate table with the same rows; the very same where nobody was forgotten.
#}
{% macro erased_seed(seed, agate_table) %}
    {%- if 'forgotten' not in modules -%}{{ return(agate_table) }}{%- endif -%}
    {%- set names = {} -%}
    {%- for column in agate_table.column_names -%}
        {%- set described = seed.columns.get(column, {}) -%}
        {%- do names.update({column: described.get('meta', {}).get('names', '')}) -%}
    {%- endfor -%}
    {{ return(modules.forgotten.erased(agate_table, names)) }}
{% endmacro %}
