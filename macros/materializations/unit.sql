{#
    Replaces dbt's, which creates a table to learn the types of a model's columns, and drops it: here
    they come from the model's YAML where it declares them all.

    Arguments: none; the unit test's config as for dbt's, and `column_types`, which the plugin
        `dbt_lean_tests` fills in.
    Example: any unit test.
    Result: the rows that the model's SQL makes of the given ones, beside those that are expected.
#}
{% materialization unit, adapter='spark' %}
    {%- set expected_rows = config.get('expected_rows') -%}
    {%- set types = config.get('column_types') or _types_of_query(sql) -%}
    {%- set quoted = {} -%}
    {%- for name in types -%}{%- do quoted.update({name: adapter.quote(name)}) -%}{%- endfor -%}
    {%- set expected_sql = config.get('expected_sql') or get_expected_sql(expected_rows, types, quoted) -%}
    {%- set compared = [] -%}
    {%- for name in (expected_rows[0] if expected_rows else types) -%}
        {%- do compared.append(adapter.quote(name | lower)) -%}
    {%- endfor -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected_sql, compared) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}

{% macro _types_of_query(sql) %}
    {%- set types = {} -%}
    {%- for row in run_query('describe query ' ~ sql).rows -%}
        {%- do types.update({row[0] | lower: row[1]}) -%}
    {%- endfor -%}
    {{ return(types) }}
{% endmacro %}
