{#
    The schema that readers see: views on the versions of the last run that passed.

    Arguments: none.
    Example: `live_schema()`
    Result: such as `p360_live`.
#}
{% macro live_schema() -%}
    {{ return(target.schema ~ '_live') }}
{%- endmacro %}
