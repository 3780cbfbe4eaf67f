{#
    The rank of a record among the valid records of its transaction, the latest first. Records of the
    same time are settled by file and record, never by when they were loaded.

    Arguments: none; to be used over rows that have their `rejection_reasons`.
    Example: `sales_version_rank() as version_rank`
    Result: an expression of type int; of valid records the one of rank 1 counts.
#}
{% macro sales_version_rank() -%}
    row_number() over (
        partition by _feed, transaction_id, is_duplicate or size(rejection_reasons) > 0
        order by transaction_at desc, _source_file desc, _row_number desc
    )
{%- endmacro %}
