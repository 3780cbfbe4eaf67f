{#
    The rules that judge raw sales, as the YAML of silver_sales_assessed declares them: each with
    `id`, `sentence`, `expression` and `severity`, in order.

    Arguments:
        severities: take only these; all by default.
    Example: `sales_rules(severities=["warn"])`
    Result: a list of dictionaries; empty while dbt only parses.
#}
{% macro sales_rules(severities=none) %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set judge = graph.nodes['model.' ~ project_name ~ '.silver_sales_assessed'] -%}
    {%- set rules = [] -%}
    {%- for rule in judge.config.meta.rules -%}
        {%- if rule.severity not in ['warn', 'quarantine', 'fail'] -%}
            {%- do exceptions.raise_compiler_error(
                "rule '" ~ rule.id ~ "' in silver_sales_assessed.yml has severity '" ~ rule.severity
                ~ "'; use warn, quarantine or fail"
            ) -%}
        {%- endif -%}
        {%- if severities is none or rule.severity in severities -%}
            {%- do rules.append(rule) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(rules) }}
{% endmacro %}
