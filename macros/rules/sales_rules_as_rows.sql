{#
    The declared rules as rows, for models that count or explain them.

    Arguments: none.
    Example: `with rules as ({{ '{{ sales_rules_as_rows() }}' }})`
    Result: a select with rule_position, rule_id, rule_sentence, rule_severity, and is_applied, which is
        false where the feed declares no cells for the rule.
#}
{% macro sales_rules_as_rows() -%}
    {%- for rule in sales_rules(every=true) %}
    select
        {{ loop.index }} as rule_position,
        '{{ rule.id }}' as rule_id,
        {{ sql_string(rule.sentence) }} as rule_sentence,
        '{{ rule.severity }}' as rule_severity,
        {{ 'true' if feed_has(rule.get('needs', [])) else 'false' }} as is_applied
    {{ "union all" if not loop.last }}
    {%- else %}
    select
        0 as rule_position,
        '' as rule_id,
        '' as rule_sentence,
        '' as rule_severity,
        false as is_applied
    where false
    {%- endfor %}
{%- endmacro %}
