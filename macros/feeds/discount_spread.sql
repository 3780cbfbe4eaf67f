{#
    Typed rows with the discount of an order spread over its rows by quantity times unit price, to the
    cent, so that the parts add up to it (`spread_over_order` of the cell).

    Arguments:
        typed: relation or CTE with discount, quantity, unit_price and order_id.
    Example: `discount_spread('typed')`: 20.00 off two rows of 10.00 and 90.00 is 2.00 and 18.00
    Result: a select with the same columns; of a feed that does not say so, all rows as they are.
#}
{% macro discount_spread(typed) -%}
    {%- set said = feed_declaration().get('cells', {}).get('discount') -%}
    {%- if said is not mapping or not said.get('spread_over_order') -%}
    select * from {{ typed }}
    {%- else -%}
    select
        * except (discount, own_price, order_discount, price_so_far, order_price),
        case
            -- What cannot be read stays so; nor is anything spread over rows without a price.
            when discount is null and discount_text is not null then null
            when coalesce(order_price, 0) = 0 then discount
            else
                round(order_discount * (price_so_far / order_price), 2)
                - round(order_discount * ((price_so_far - own_price) / order_price), 2)
        end as discount
    from (
        select
            *,
            sum(discount) over (partition by _load_id, order_id) as order_discount,
            sum(own_price) over (
                partition by _load_id, order_id order by _row_number rows unbounded preceding
            ) as price_so_far,
            sum(own_price) over (partition by _load_id, order_id) as order_price
        from (
            select
                *,
                coalesce(try_cast(try_multiply(quantity, unit_price) as decimal(20, 4)), 0) as own_price
            from {{ typed }}
        )
    )
    {%- endif -%}
{%- endmacro %}
