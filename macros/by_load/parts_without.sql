{#
    The stored tables of rows of a by_load model, less the loads that are built again. Where they are
    many, the smaller ones are folded into the table that is about to be written: a view's text is
    bounded, and so is a query's plan. `var('most_parts')` says how many are many.

    Arguments:
        parts: what `built_parts` gives.
        column: the column that bears the load's id.
        again: ids of the loads that are built again or are gone.
    Example: called by `loads_to_build`.
    Result: `{kept, folded}`: selects of tables that stay, and of those to be written anew.
#}
{% macro parts_without(parts, column, again) %}
    {%- set selects = {} -%}
    {%- set left_out = [] -%}
    {%- for part in parts -%}
        {%- set without = (part.without + again) | unique | list -%}
        {%- do left_out.extend(without) -%}
        {%- do selects.update({
            part.table: 'select * from ' ~ part.table
            ~ (' where ' ~ column ~ ' not in ' ~ literals(without) if without else '')
        }) -%}
    {%- endfor -%}
    {%- if again | length == 0 or (parts | length < var('most_parts') and left_out | length < 400) -%}
        {{ return({'kept': selects.values() | list, 'folded': []}) }}
    {%- endif -%}
    {%- set counts = [] -%}
    {%- for table in selects -%}
        {%- do counts.append("select '" ~ table ~ "' as part, count(*) as row_count from " ~ table) -%}
    {%- endfor -%}
    {%- set kept, folded = [], [] -%}
    {%- for table, rows in run_query(
        counts | join(' union all ') ~ ' order by row_count desc'
    ).rows -%}
        {%- set stays = left_out | length < 400 and kept | length < var('most_parts') // 2 - 1 -%}
        {%- do (kept if stays else folded).append(selects[table]) -%}
    {%- endfor -%}
    {{ return({'kept': kept, 'folded': folded}) }}
{% endmacro %}
