{#
    Fails where a text is no day as ISO 8601 writes it.

    Arguments:
        model: the relation.
        column_name: the column of text.
    Example: `is_a_day`
    Result: the rows.
#}
{% test is_a_day(model, column_name) %}
    select * from {{ model }}
    where try_cast({{ column_name }} as date) is null
{% endtest %}
