{#
    Replaces dbt-spark's macro of this name, which returns rows where dbt expects columns: a snapshot
    with `hard_deletes: new_record` then wrote deleted rows without their cells (dbt-core issue 11949).

    Arguments:
        relation: the relation.
    Example: called by dbt's `snapshot_staging_table`.
    Result: the relation's columns.
#}
{% macro spark__get_columns_in_relation(relation) %}
    {{ return(adapter.get_columns_in_relation(relation)) }}
{% endmacro %}
