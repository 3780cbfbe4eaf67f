{#
    Whether a later valid record of the same transaction replaces a record. Records of the same time
    are settled by file and record, never by when they were loaded. The window has no order of its
    own, so rows that lie together already are not sorted again.

    Arguments:
        transaction: the columns that tell one transaction from another, as SQL.
    Example: `is_superseded('_feed, transaction_id') as is_superseded`, over rows that have their
        `rejection_reasons`
    Result: an expression of type boolean; says nothing of rows that are no valid records themselves.
#}
{% macro is_superseded(transaction) -%}
    struct(transaction_at, _source_file, _row_number) < max(
        if(
            not is_duplicate and size(rejection_reasons) = 0,
            struct(transaction_at, _source_file, _row_number),
            null
        )
    ) over (partition by {{ transaction }})
{%- endmacro %}
