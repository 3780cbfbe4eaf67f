{#
    A number cell that only few feeds declare: a discount, a tax, shipping. `10%` is a share of quantity
    times unit price.

    Arguments:
        cell: its name.
    Example: `optional_number('discount')` on `'10%'`, with quantity 2 and unit price 5.00
    Result: an SQL expression of type decimal(25, 9), 1.000000000 here; null for an unreadable text and
        for feeds without the cell.
#}
{% macro optional_number(cell) -%}
    {%- set text = cell ~ '_text' -%}
    {%- if cell not in optional_cells() -%}
    cast(null as decimal(25, 9))
    {%- elif cell == 'shipping' -%}
    {{ parse_decimal(text, 'decimal(25, 9)') }}
    {%- else -%}
    case
        when endswith({{ text }}, '%')
            then try_cast(
                try_multiply(
                    try_multiply(quantity, unit_price),
                    {{ parse_decimal("replace(" ~ text ~ ", '%')", 'decimal(12, 6)') }} * 0.01
                ) as decimal(25, 9)
            )
        else {{ parse_decimal(text, 'decimal(25, 9)') }}
    end
    {%- endif -%}
{%- endmacro %}
