{#
    Typed rows with returns as they are counted: status Returned, quantity and amounts positive.
    A cancelled return stays cancelled.

    Arguments:
        typed: relation or CTE with status, quantity, unit_price, amount_read, discount, tax, shipping.
    Example: `returns_turned('typed')`
    Result: a select with the same columns; of a feed without returns, all rows as they are.
#}
{% macro returns_turned(typed) -%}
    {%- set returns = feed_returns() -%}
    {%- set parts = ['quantity', 'unit_price', 'amount_read', 'discount', 'tax', 'shipping'] -%}
    {%- if not returns -%}
    select * from {{ typed }}
    {%- else -%}
    select
        * except (status, is_return, {{ parts | join(', ') }}),
        {%- for part in parts %}
        if(is_return, abs({{ part }}), {{ part }}) as {{ part }},
        {%- endfor %}
        if(is_return and status <> 'Cancelled', 'Returned', status) as status
    from (
        select
            *,
            coalesce(status, '') = 'Returned'
            {%- for word, value in (
                ('negative_quantity', 'quantity'),
                ('negative_amount', 'if(is_amount_derived, try_multiply(quantity, unit_price), amount_read)'),
            ) %}
            or coalesce({{ value }}, 0) < 0
            {{- " and status = 'Cancelled'" if word not in returns }}
            {%- endfor %}
                as is_return
        from {{ typed }}
    )
    {%- endif -%}
{%- endmacro %}
