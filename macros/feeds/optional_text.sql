{#
    A text cell that only few feeds declare.

    Arguments:
        cell: its name.
    Example: `optional_text('currency')`
    Result: an SQL expression over `<cell>_text`; null for feeds without the cell. A
        currency is its three letters: `$`, `€`, `£` and `¥` stand for USD, EUR, GBP and JPY.
#}
{% macro optional_text(cell) -%}
    {%- if cell not in optional_cells() -%}
    cast(null as string)
    {%- elif cell == 'currency' -%}
    case currency_text
        when '$' then 'USD' when '\u20ac' then 'EUR' when '\u00a3' then 'GBP' when '\u00a5' then 'JPY'
        else upper(currency_text)
    end
    {%- else -%}
    {{ without_email(cell ~ '_text', 'has_address') }}
    {%- endif -%}
{%- endmacro %}
