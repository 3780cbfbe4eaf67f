{#
    Fails where a key of one relation is missing in another, whichever way round: an account by keys, in
    which two faults cannot cancel each other as they can in a count.

    Arguments:
        model: the relation.
        column: the key, of the same name in both.
        other: the relation that it is held against.
    Example: `same_keys: {arguments: {column: _row_id, other: ref('silver_sales')}}`
    Result: each key that is in one of them only, and in which; a row without key counts as missing.
#}
{% test same_keys(model, column, other) %}
    select
        coalesce(here.id, there.id) as {{ column }},
        if(there.id is null, 'not in the other', 'missing') as fault
    from (select distinct {{ column }} as id from {{ model }}) as here
    full outer join (select distinct {{ column }} as id from {{ other }}) as there
        on here.id = there.id
    where here.id is null or there.id is null
{% endtest %}
