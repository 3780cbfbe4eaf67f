{#
    Fails where two relations differ in their number of rows.

    Arguments:
        model: the relation.
        other: the relation that it is held against.
    Example: `same_row_count: {arguments: {other: ref('bronze_sales')}}`
    Result: one row with both counts.
#}
{% test same_row_count(model, other) %}
    with counts as (
        select
            (select count(*) from {{ model }}) as row_count,
            (select count(*) from {{ other }}) as other_row_count
    )

    select * from counts
    where row_count <> other_row_count
{% endtest %}
