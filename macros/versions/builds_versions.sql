{#
    Whether this dbt command builds models, seeds or snapshots; `dbt test`, `docs` and the like change nothing.

    Arguments: none.
    Example: `{{ '{% if builds_versions() %}' }}`
    Result: true or false.
#}
{% macro builds_versions() -%}
    {{ return(execute and flags.WHICH in var('building_commands')) }}
{%- endmacro %}
