{#
    Fails where two relations disagree on a sum. Money is decimal, so it agrees to the cent or not.

    Arguments:
        model: the relation.
        expression: what to add up in it.
        other: the relation that it is held against.
        other_expression: what to add up there.
        other_where: which rows to take there; all by default.
    Example: `same_sum: {arguments: {expression: amount, other: ref('silver_sales'),
        other_expression: amount}}`
    Result: one row with both sums.
#}
{% test same_sum(model, expression, other, other_expression, other_where='true') %}
    with sums as (
        select
            (select coalesce(sum({{ expression }}), 0) from {{ model }}) as total,
            (
                select coalesce(sum({{ other_expression }}), 0) from {{ other }}
                where {{ other_where }}
            ) as other_total
    )

    select * from sums
    where total <> other_total
{% endtest %}
