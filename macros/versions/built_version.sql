{#
    The version that dbt built last of a model that is a view or consists of stored tables.

    Arguments:
        name: the model's name.
    Example: `built_version('silver_sales')`
    Result: `{name, text}`: its name in the store, and its SQL, empty for a table; both empty where it
        was never built.
#}
{% macro built_version(name) %}
    {%- set shown = catalogue(target.schema, name) -%}
    {%- set version = version_shown(shown[name].text) if name in shown -%}
    {%- if not version -%}{{ return({'name': '', 'text': ''}) }}{%- endif -%}
    {%- set identifier = version.split('.')[1] -%}
    {%- set stored = catalogue(store_schema(), identifier) -%}
    {{ return({
        'name': identifier if identifier in stored else '',
        'text': stored[identifier].text or '' if identifier in stored else '',
    }) }}
{% endmacro %}
