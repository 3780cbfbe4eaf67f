{#
    What an amount is made of, as the chosen feed declares it (`amount_is`); by default quantity times
    unit price, less the discount where there is one. A part that a row does not have counts as zero.

    Arguments: none; to be used over rows that have quantity, unit_price, discount, tax, shipping.
    Example: `amount_of_parts()` for `amount_is: quantity * unit_price - discount + tax`
    Result: an expression of type decimal; null without quantity or unit price, or beyond 38 digits.
#}
{% macro amount_of_parts() -%}
    {%- set declared = feed_declaration() -%}
    {%- set usual = 'quantity * unit_price' ~ (' - discount' if 'discount' in declared.get('cells', {})) -%}
    {%- set parts = declared.get('amount_is', usual) -%}
    {%- set names = modules.re.findall('([-+])\\s*(discount|tax|shipping)', parts) -%}
    {%- set made = namespace(sql='try_multiply(quantity, unit_price)') -%}
    {%- for sign, name in names -%}
        {#- A discount counts off, whatever its sign. -#}
        {%- set value = 'abs(discount)' if name == 'discount' else name -%}
        {%- set part = 'cast(coalesce(' ~ value ~ ', 0) as decimal(25, 9))' -%}
        {%- set made.sql = ('try_subtract(' if sign == '-' else 'try_add(') ~ made.sql ~ ', ' ~ part ~ ')' -%}
    {%- endfor -%}
    {{ made.sql }}
{%- endmacro %}
