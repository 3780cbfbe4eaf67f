{#
    The amount that counts: in whole cents, in the feed's currency.

    Arguments: none; to be used over rows that have `amount_exact` and `exchange_rate`.
    Example: `converted_amount() as amount`
    Result: an expression of type decimal(18, 2).
#}
{% macro converted_amount() -%}
    {%- if 'currency' in optional_cells() -%}
    try_cast(round(amount_exact * coalesce(exchange_rate, 1), 2) as decimal(18, 2))
    {%- else -%}
    try_cast(round(amount_exact, 2) as decimal(18, 2))
    {%- endif -%}
{%- endmacro %}
