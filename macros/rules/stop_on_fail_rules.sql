{#
    Stops the build where rows break a rule of severity `fail`, and names the first of them.

    Arguments:
        assessed: the relation of silver_sales_assessed.
    Example: a post-hook of silver_sales_assessed.
    Result: nothing, or an error with rule, number of rows and up to five row ids.
#}
{% macro stop_on_fail_rules(assessed) %}
    {%- if execute -%}
        {%- set faults = [] -%}
        {%- for rule in sales_rules(severities=['fail']) -%}
            {%- set found = run_query(
                "select count(*), array_join(slice(array_sort(collect_list(_row_id)), 1, 5), ', ')"
                ~ " from " ~ assessed ~ " where array_contains(rejection_reasons, '" ~ rule.id ~ "')"
            ).rows[0] -%}
            {%- if found[0] > 0 -%}
                {%- do faults.append(
                    "rule " ~ rule.id ~ " (" ~ rule.sentence ~ ") is broken by " ~ found[0]
                    ~ " rows, such as " ~ found[1]
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if faults -%}
            {%- do exceptions.raise_compiler_error(
                faults | join("; ") ~ ". Put the source right, or loosen the rule in"
                ~ " macros/rules/declared_sales_rules.sql"
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
