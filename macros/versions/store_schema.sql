{#
    The schema that holds every stored version. What is in it is never changed, only dropped.

    Arguments: none.
    Example: `store_schema()`
    Result: such as `p360_store`.
#}
{% macro store_schema() -%}
    {{ return(target.schema ~ '_store') }}
{%- endmacro %}
