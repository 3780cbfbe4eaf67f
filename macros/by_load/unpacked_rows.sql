{#
    SQL that gives a by_load model's rows back from those that are stored.

    Arguments:
        node: the model's node.
        sql: SQL of stored rows.
    Example: called by the materialization by_load.
    Result: SQL with the model's columns as they were before `packed_rows`.
#}
{% macro unpacked_rows(node, sql) %}
    {{ return(_with_columns(node, sql, 'unpacked')) }}
{% endmacro %}
