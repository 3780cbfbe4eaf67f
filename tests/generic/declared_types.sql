{#
    Fails where a column's type in Spark is not the one that its YAML declares, or a column stands on
    one side only. dbt's contracts do not look at the digits of a decimal; this does. Spark reads no
    row and no catalogue for it: it knows the types once it has planned the query.

    Arguments:
        model: the relation.
    Example: `declared_types`
    Result: the name of each column that differs, and all types as Spark writes them.
#}
{% test declared_types(model) %}
    select
        explode(
            {{ columns_of_other_types(model, 'typeof(struct(relation.*))') if execute else 'array()' }}
        ) as column_name,
        typeof(struct(relation.*)) as actual_types
    from (select 1)
    left join (select * from {{ model }} where false) as relation on true
{% endtest %}
