{#
    Fails for every row of which an expression is not true; null is not true.

    Arguments:
        model: the relation.
        expression: SQL of type boolean.
    Example: `is_true: {arguments: {expression: amount >= 0}}`
    Result: the rows.
#}
{% test is_true(model, expression) %}
    select * from {{ model }}
    where not coalesce({{ expression }}, false)
{% endtest %}
