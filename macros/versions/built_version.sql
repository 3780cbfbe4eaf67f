{#
    The version that dbt built last of a model that is a view or consists of stored tables.

    Arguments:
        name: the model's name.
    Example: `built_version('silver_sales')`
    Result: `{name, text}`: its name in the store, and its SQL, empty for a table; both empty where it
        was never built.
#}
{% macro built_version(name) %}
    {%- set shown = known_relation(target.schema, name) -%}
    {%- set version = version_shown(shown.text) if shown -%}
    {%- if not version -%}{{ return({'name': '', 'text': ''}) }}{%- endif -%}
    {%- set identifier = version.split('.')[1] -%}
    {%- set stored = known_relation(store_schema(), identifier) -%}
    {{ return({
        'name': identifier if stored else '',
        'text': stored.text or '' if stored else '',
    }) }}
{% endmacro %}
