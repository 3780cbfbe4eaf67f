{#
    The relation in the store to which this run builds the current model, seed or snapshot.

    Arguments: none.
    Example: `this_version()`
    Result: such as `p360_store.silver_sales__20251123_101500_4f0c1a2b`.
#}
{% macro this_version() -%}
    {{ return(api.Relation.create(
        schema=store_schema(), identifier=this.identifier ~ '__' ~ run_id(), type='table'
    )) }}
{%- endmacro %}
