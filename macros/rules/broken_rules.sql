{#
    The ids of the rules that a row breaks, in rule order. A rule whose expression is null for a
    row is not broken: what is missing has rules of its own. A line that could not be read as a row
    breaks the rule of that name, and no other can be asked of it.

    Arguments:
        rules: rules as `sales_rules` gives them.
    Example: `broken_rules(sales_rules(severities=["warn"])) as warnings`
    Result: an expression of type array<string>, empty for a row that breaks none.
#}
{% macro broken_rules(rules) -%}
    {%- if not rules -%}
    cast(array() as array<string>)
    {%- else -%}
    {#- Most rows break none: for them nothing is made but the first question. #}
    case
        when
            {%- for rule in rules %}
            {#- An error shows the line that failed, so that line names the rule. #}
            case when ({{ rule.expression | trim }}) then '{{ rule.id }}' end is not null
            {{- " or" if not loop.last }}
            {%- endfor %}
            {#- No lambda: it would keep Spark from compiling the judgement as one loop. #}
            then array_except(
                array(
                    {%- for rule in rules %}
                    case
                        when coalesce(_set_aside_reason, '{{ rule.id }}') = '{{ rule.id }}'
                            then case when ({{ rule.expression | trim }}) then '{{ rule.id }}' end
                    end
                    {{- "," if not loop.last }}
                    {%- endfor %}
                ),
                array(cast(null as string))
            )
        else cast(array() as array<string>)
    end
    {%- endif -%}
{%- endmacro %}
