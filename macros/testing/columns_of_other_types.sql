{#
    The columns whose type is not the one that a model's YAML declares, or that stand on one side only.

    Arguments:
        relation: the model's relation.
        type: SQL of the type of a row, as `typeof(struct(*))` tells it.
    Example: `columns_of_other_types(model, 'typeof(struct(relation.*))')`
    Result: SQL of an array of their names.
#}
{% macro columns_of_other_types(relation, type) -%}
    {%- set declared = [] -%}
    {%- for column in declared_columns(relation) -%}
        {%- do declared.append(column.name ~ ':' ~ column.data_type) -%}
    {%- endfor -%}
    {#- A comma before a name ends a column, or a field of a nested type: on both sides alike. -#}
    {%- set between = ", ',(?=\\\\w+:)')" -%}
    {%- set wanted = "split('" ~ declared | join(',') ~ "'" ~ between -%}
    {%- set actual = "split(regexp_extract(" ~ type ~ ", '^struct<(.*)>$')" ~ between -%}
    array_distinct(transform(
        concat(
            array_except({{ wanted }}, {{ actual }}),
            array_except({{ actual }}, {{ wanted }})
        ),
        side -> split_part(side, ':', 1)
    ))
{%- endmacro %}
