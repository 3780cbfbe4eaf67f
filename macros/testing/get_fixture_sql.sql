{#
    Replaces dbt's, which asks the catalogue for the types of each input's columns: here they come from
    the input's YAML where it declares them all, so that a unit test costs one statement and needs no
    input to be built. Where it does not, dbt's way stays.

    Arguments:
        rows: the rows that a unit test gives, each a column name to a value.
        column_name_to_data_types: the declared types, which the plugin `dbt_lean_tests` fills in;
            none where a column has no type.
    Example: called by dbt in place of each input of a unit test.
    Result: a select of these rows; columns that a row does not name are null.
#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {%- set types = column_name_to_data_types -%}
    {%- if not types -%}
        {%- set types = {} -%}
        {%- set input = defer_relation if defer_relation and not load_relation(this) else this -%}
        {%- for column in adapter.get_columns_in_relation(input) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not types -%}
        {%- do exceptions.raise_compiler_error(
            "unit test: " ~ this ~ " is not built and its YAML declares no types of columns; build it first"
        ) -%}
    {%- endif -%}
    {%- set nothing = {} -%}
    {%- for name, type in types.items() -%}
        {%- do nothing.update({name: safe_cast('null', type) | trim}) -%}
    {%- endfor -%}
    {%- set formatted = [] -%}
    {%- for row in rows or [{}] -%}
        {%- do formatted.append(dict(nothing, **format_row(row, types))) -%}
    {%- endfor -%}
    {{ inline_rows(formatted) }}
    {{ "limit 0" if not rows }}
{% endmacro %}
