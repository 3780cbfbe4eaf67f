{#
    The cells beyond the canonical record that the chosen feed declares: only few feeds have them.

    Arguments:
        every: whether to give all that a feed could declare.
    Example: `optional_cells()` for a feed that declares `discount`
    Result: a list of names out of currency, discount, tax, shipping and undoes_order_id.
#}
{% macro optional_cells(every=false) -%}
    {%- set declared = feed_declaration().get('cells', {}) -%}
    {%- set found = [] -%}
    {%- for cell in ['currency', 'discount', 'tax', 'shipping', 'undoes_order_id'] -%}
        {%- if every or cell in declared -%}{%- do found.append(cell) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
