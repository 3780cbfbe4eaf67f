{#
    The id of a raw row: where it stands.

    Arguments: none; to be used over `_feed`, `_source_file` and `_row_number`.
    Example: `{{ lineage_row_id() }} as _row_id`
    Result: an expression of type string, such as `shop/orders.csv#12`.
#}
{% macro lineage_row_id() -%}
    {{ return("concat(_feed, '/', _source_file, '#', _row_number)") }}
{%- endmacro %}
