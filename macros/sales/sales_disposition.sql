{#
    What becomes of a row: where several could apply, the first holds.

    Arguments: none; to be used over rows that have `rejection_reasons` and `is_superseded`.
    Example: `sales_disposition() as disposition`
    Result: an expression: duplicate, quarantined, superseded or accepted.
#}
{% macro sales_disposition() -%}
    case
        when is_duplicate then 'duplicate'
        when size(rejection_reasons) > 0 then 'quarantined'
        when is_superseded then 'superseded'
        else 'accepted'
    end
{%- endmacro %}
