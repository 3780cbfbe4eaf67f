{#
    Rows of a unit test as one inline table: Spark plans that as rows that are there, where a union of
    as many selects is as many plans.

    Arguments:
        rows: at least one row; each a column name to the SQL of its cell, with the same names.
    Example: `inline_rows([{'id': "cast('a' as string)"}])`
    Result: a select of these rows.
#}
{% macro inline_rows(rows) %}
    {%- set quoted = [] -%}
    {%- for name in rows[0] -%}{%- do quoted.append(adapter.quote(name)) -%}{%- endfor %}
    select * from values
    {%- for row in rows %}
        (
            {%- for name in rows[0] -%}{{ row[name] }}{{ ", " if not loop.last }}{%- endfor -%}
        ){{ "," if not loop.last }}
    {%- endfor %}
        as inline_rows ({{ quoted | join(', ') }})
{% endmacro %}
