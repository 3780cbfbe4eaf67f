{#
    How the chosen feed tells returns from sales (`returns` of its declaration).

    Arguments: none.
    Example: `'negative_amount' in feed_returns()`
    Result: a list of words and dictionaries; `'status'` is in it where a cell can say Returned.
#}
{% macro feed_returns() -%}
    {%- set declared = feed_declaration() -%}
    {%- set said = declared.get('returns', []) -%}
    {%- set found = [said] if said is string or said is mapping else said | list -%}
    {%- set status = declared.get('cells', {}).get('status') -%}
    {%- set values = status.get('values', {}) if status is mapping else {} -%}
    {%- set columns = found | select('mapping') | list -%}
    {%- if columns or 'Returned' in values.values() -%}
        {%- set found = found + ['status'] -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}
