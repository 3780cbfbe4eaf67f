{#
    Stops, with the rule's id, where a rule's expression is not valid SQL over the typed columns of
    silver_sales_assessed. Spark only plans the expressions here, it reads no row.

    Arguments: none.
    Example: an on-run-start hook.
    Result: nothing, or an error that names each broken rule.
#}
{% macro check_sales_rules() %}
    {%- if execute -%}
        {%- set judge = graph.nodes['model.' ~ project_name ~ '.silver_sales_assessed'] -%}
        {%- set typed = [] -%}
        {%- for column in judge.columns.values() if not column.config.meta.get('verdict') -%}
            {%- do typed.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
        {%- endfor -%}
        {%- set faults = [] -%}
        {%- set rules = sales_rules() -%}
        {%- set conditions = rules | map(attribute='expression') | join(') or (') -%}
        {%- if _planning_error(conditions, typed) -%}
            {%- for rule in rules -%}
                {%- set error = _planning_error(rule.expression, typed) -%}
                {%- if error -%}{%- do faults.append(rule.id ~ ': ' ~ error) -%}{%- endif -%}
            {%- endfor -%}
            {%- do exceptions.raise_compiler_error(
                "macros/rules/declared_sales_rules.sql has a rule that is not valid SQL. " ~ faults | join("; ")
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro _planning_error(condition, columns) %}
    {%- set query = 'select 1 from (select ' ~ columns | join(', ') ~ ') where (' ~ condition ~ ')' -%}
    {%- set plan = run_query('explain execute immediate ' ~ sql_string(query)) -%}
    {%- set lines = (plan.rows | map(attribute=0) | join('\n')).split('\n') -%}
    {%- if lines[0].startswith('Error occurred') -%}
        {{ return(lines[1:] | select | list | first) }}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}
