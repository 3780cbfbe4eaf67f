{#
    The cells of the canonical raw record, in its order.

    Arguments: none.
    Example: `{{ "{% for cell in sales_cells() %}" }}`
    Result: a list of column names.
#}
{% macro sales_cells() -%}
    {{ return([
        'transaction_id', 'order_id', 'transaction_at', 'customer_id', 'customer_name',
        'customer_email', 'product_id', 'product_name', 'category', 'quantity', 'unit_price',
        'amount', 'status', 'payment_method', 'country',
    ]) }}
{%- endmacro %}
