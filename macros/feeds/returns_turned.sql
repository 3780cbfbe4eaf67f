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
            {%- if 'negative_quantity' in returns %}
            or coalesce(quantity, 0) < 0
            {%- endif %}
            {%- if 'negative_amount' in returns %}
            or coalesce(if(is_amount_derived, try_multiply(quantity, unit_price), amount_read), 0) < 0
            {%- endif %}
                as is_return
        from {{ typed }}
    )
    {%- endif -%}
{%- endmacro %}
