{#
    Replaces dbt's, which writes a select for each row.

    Arguments:
        rows: the rows that a unit test expects, each a column name to a value.
        column_name_to_data_types: the types of the model's columns.
        column_name_to_quoted: their names as SQL has them.
    Example: called by the materialization `unit`.
    Result: a select of these rows.
#}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
    {%- set formatted = [] -%}
    {%- for row in rows -%}
        {%- do formatted.append(format_row(row, column_name_to_data_types)) -%}
    {%- endfor -%}
    {{ inline_rows(formatted) if formatted else 'select * from dbt_internal_unit_test_actual limit 0' }}
{% endmacro %}
