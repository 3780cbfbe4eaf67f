{#
    The columns whose cells are headings of the rows below them (`carried_down: file`).

    Arguments:
        declared: a feed's declaration.
    Example: `heading_columns(feed_declaration('books'))`
    Result: a list of column names.
#}
{% macro heading_columns(declared) -%}
    {%- set found = [] -%}
    {%- for said in declared.get('cells', {}).values() -%}
        {%- if said is mapping and said.get('carried_down') == 'file' -%}
            {%- do found.append(said['column']) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
