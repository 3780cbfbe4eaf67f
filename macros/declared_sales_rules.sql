{#
    The rules as the YAML of silver_sales_assessed declares them: each with `id`, `sentence`,
    `expression` and `severity`, in order. Unit tests know no graph and override this macro with the
    same list, by a YAML alias.

    Arguments: none.
    Example: `declared_sales_rules()`
    Result: a list of dictionaries; empty while dbt only parses.
#}
{% macro declared_sales_rules() %}
    {%- if execute -%}
        {%- set judge = graph.nodes['model.' ~ project_name ~ '.silver_sales_assessed'] -%}
        {{ return(judge.config.meta.rules) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{% endmacro %}
