{#
    The columns of a model or a snapshot that hold text, as its YAML declares them.

    Arguments:
        relation: its relation.
    Example: `declared_texts(ref('silver_sales'))`
    Result: their names.
#}
{% macro declared_texts(relation) %}
    {%- set texts = [] -%}
    {%- for column in declared_columns(relation) -%}
        {%- if column.data_type == 'string' or column.data_type.startswith('array') -%}
            {%- do texts.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(texts) }}
{% endmacro %}
