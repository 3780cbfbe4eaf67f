{#
    The copy of a stored version without a person: what `p360 forget` writes beside histories and kept
    models, for the next run to go on from.

    Arguments:
        version: a stored version, such as `p360_store.gold_customers_history__1`.
    Example: called by `history_before` and `py_write_table`.
    Result: the copy, such as `p360_store.gold_customers_history__1__erased`; else the version itself.
#}
{% macro erased_version(version) %}
    {%- set copy = version.split('.')[1] ~ '__erased' -%}
    {{ return(store_schema() ~ '.' ~ copy if copy in known_relations(store_schema()) else version) }}
{% endmacro %}
