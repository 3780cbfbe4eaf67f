{#
    Fails where a column's type in Spark is not the one that its YAML declares, or a column stands on
    one side only. dbt's contracts do not look at the digits of a decimal; this does. Spark reads no
    row and no catalogue for it: it knows the types once it has planned the query.

    Arguments:
        model: the relation.
    Example: `declared_types`
    Result: one row for each column that differs, with both sides as Spark writes them.
#}
{% test declared_types(model) %}
    {%- set declared = [] -%}
    {%- if execute -%}
        {%- for column in declared_columns(model) -%}
            {%- do declared.append(column.name ~ ':' ~ column.data_type) -%}
        {%- endfor -%}
    {%- endif -%}
    {#- A comma before a name ends a column, or a field of a nested type: on both sides alike. -#}
    {%- set between_columns = ",(?=\\\\w+:)" -%}
    with types as (
        select
            split('{{ declared | join(',') }}', '{{ between_columns }}') as declared,
            split(regexp_extract(typeof(struct(relation.*)), '^struct<(.*)>$'), '{{ between_columns }}')
                as actual
        from (select 1)
        left join (select * from {{ model }} where false) as relation on true
    ),

    differences as (
        select
            declared,
            actual,
            explode(
                array_distinct(transform(
                    concat(array_except(declared, actual), array_except(actual, declared)),
                    side -> split_part(side, ':', 1)
                ))
            ) as column_name
        from types
    )

    select
        column_name,
        filter(declared, side -> split_part(side, ':', 1) = column_name) as declared_type,
        filter(actual, side -> split_part(side, ':', 1) = column_name) as actual_type
    from differences
{% endtest %}
