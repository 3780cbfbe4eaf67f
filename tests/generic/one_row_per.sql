{#
    Fails for every key that stands in more than one row; null counts as a value of its own.

    Arguments:
        model: the relation.
        columns: the names of the key's columns.
    Example: `one_row_per: {arguments: {columns: [sale_date, status]}}`
    Result: the keys, with their number of rows.
#}
{% test one_row_per(model, columns) %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
