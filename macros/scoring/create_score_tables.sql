{#
    Makes an empty table of each kind that `p360 score` writes, where there is none yet, so that the
    models behind it build on an empty warehouse. Name and columns are those of the source `ml`.

    Arguments: none.
    Example: an on-run-start hook.
    Result: nothing.
#}
{% macro create_score_tables() %}
    {%- if builds_versions() -%}
        {%- set there = run_query('show views in ' ~ target.schema ~ " like 'ml_*'").columns[1].values() -%}
        {%- for node in graph.sources.values() -%}
            {%- if node.source_name == 'ml' and node.identifier not in there -%}
                {%- set columns = [] -%}
                {%- for column in node.columns.values() -%}
                    {%- do columns.append(column.name ~ ' ' ~ column.data_type) -%}
                {%- endfor -%}
                {%- set version = store_schema() ~ '.' ~ node.identifier ~ '__' ~ run_id() -%}
                {%- do run_query(
                    'create table ' ~ version ~ ' (' ~ columns | join(', ') ~ ') using parquet'
                ) -%}
                {%- do run_query(
                    'create view ' ~ target.schema ~ '.' ~ node.identifier ~ ' as select * from '
                    ~ version
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
