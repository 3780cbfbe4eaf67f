{#
    The rules that judge the chosen feed's raw sales, checked and chosen by severity.

    Arguments:
        severities: take only these; all by default.
        every: whether to take rules as well that do not apply, for lack of cells.
    Example: `sales_rules(severities=["warn"])`
    Result: a list as `declared_sales_rules` gives it.
#}
{% macro sales_rules(severities=none, every=false) %}
    {%- set rules = [] -%}
    {%- for rule in declared_sales_rules() -%}
        {%- if rule.severity not in ['warn', 'quarantine', 'fail'] -%}
            {%- do exceptions.raise_compiler_error(
                "rule '" ~ rule.id ~ "' in macros/rules/declared_sales_rules.sql has severity '" ~ rule.severity
                ~ "'; use warn, quarantine or fail"
            ) -%}
        {%- endif -%}
        {%- set fits = severities is none or rule.severity in severities -%}
        {%- if fits and (every or feed_has(rule.get('needs', []))) -%}
            {%- do rules.append(rule) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(rules) }}
{% endmacro %}
