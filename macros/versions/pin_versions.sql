{#
    SQL in which every relation of this schema is replaced by the version that it shows now.

    Arguments:
        sql: compiled SQL.
    Example: `pin_versions('select * from p360.silver_sales_assessed')`
    Result: `select * from p360_store.silver_sales_assessed__20251123_101500_4f0c1a2b`
#}
{% macro pin_versions(sql) -%}
    {%- set pinned = namespace(sql=sql) -%}
    {%- for name in relations_read(sql) -%}
        {%- set shown = known_relation(target.schema, name) -%}
        {%- set version = version_shown(shown.text) if shown -%}
        {%- if version -%}
            {%- set pinned.sql = modules.re.sub(
                '\\b' ~ target.schema ~ '\\.' ~ name ~ '\\b', version, pinned.sql
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(pinned.sql) }}
{%- endmacro %}
