{#
    The cells that the chosen feed writes in a form of its own, and those that only few feeds declare; but
    for id and status of the sale, which every feed has.

    Arguments: none.
    Example: `cells_in_form()` for a feed that declares `numbers: {decimal: ","}` is
        `['order_id', 'customer_id', 'product_id', 'quantity', 'unit_price', 'amount']`.
    Result: a list of names.
#}
{% macro cells_in_form() -%}
    {%- set found = [] -%}
    {%- for cell in sales_cells() if cell not in ('transaction_id', 'status') and canonical_text(cell, 'x') -%}
        {%- do found.append(cell) -%}
    {%- endfor -%}
    {%- for cell in optional_cells() -%}{%- do found.append(cell) -%}{%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
