{#
    Whether a row opens its order: the first of the accepted rows of that order and status. So counts
    of orders add up over days, customers, products and loads, and nobody has to count distinct ids.

    Arguments: none; to be used over rows that have their `disposition`.
    Example: `is_first_of_order() as is_first_of_order`
    Result: an expression of type boolean. A feed whose mapping model says `has_orders: false` in its
        meta has one row for each order, and needs no comparison.
#}
{% macro is_first_of_order() -%}
    {%- if feed_has_orders() -%}
    disposition = 'accepted' and row_number() over (
        partition by _feed, order_id, status, disposition
        order by transaction_at, _source_file, _row_number
    ) = 1
    {%- else -%}
    disposition = 'accepted'
    {%- endif -%}
{%- endmacro %}
