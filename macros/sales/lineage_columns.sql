{#
    The lineage columns of a mapping model, from those that a load writes beside the cells.

    Arguments:
        set_aside: SQL expression of why a row is no record or no sale; as the load says by default.
    Example: the last columns of `bronze_sales_client_sales`.
    Result: `_feed`, `_load_id`, `_source_file`, `_row_number`, `_line_number`, `_row_id`, `_loaded_at`,
        `_set_aside_reason`, `_set_aside_text`.
#}
{% macro lineage_columns(set_aside='_set_aside_reason') -%}
    _feed,
    _load_id,
    _source_file,
    _row_number,
    _line_number,
    {{ lineage_row_id() }} as _row_id,
    _loaded_at,
    {{ set_aside }}{{ ' as _set_aside_reason' if set_aside != '_set_aside_reason' }},
    _set_aside_text
{%- endmacro %}
