{#
    A raw cell in the form that silver reads (ISO times, plain numbers, known statuses), as the chosen
    feed declares how it writes that cell.

    Arguments:
        cell: name of the canonical cell.
        text: SQL expression of its raw text.
    Example: `canonical_text('amount', 'bronze.amount')`
    Result: an SQL expression; nothing for a cell whose raw text is read as it stands.
#}
{% macro canonical_text(cell, text) -%}
    {%- set declared = feed_declaration() -%}
    {%- set said = declared.get('cells', {}).get(cell) -%}
    {%- set said = said if said is mapping else {} -%}
    {%- set trimmed = clean_text(text) -%}
    {%- if cell == 'transaction_at' and (said.get('times') or declared.get('times')) -%}
        {{ return(canonical_time(trimmed, said.get('times', declared.get('times')))) }}
    {%- elif cell in ('quantity', 'unit_price', 'amount') and (
        'decimal' in said or 'thousands' in said or 'numbers' in declared
    ) -%}
        {%- set usual = declared.get('numbers', {}) -%}
        {{ return(canonical_number(
            trimmed,
            said.get('decimal', usual.get('decimal', '.')),
            said.get('thousands', usual.get('thousands', '')),
        )) }}
    {%- elif cell == 'status' and said.get('values') -%}
        {%- set known = [] -%}
        {%- for raw, status in said['values'].items() -%}
            {%- do known.append(
                'when ' ~ sql_string(raw | string | lower) ~ ' then ' ~ sql_string(status)
            ) -%}
        {%- endfor -%}
        {{ return('case lower(' ~ trimmed ~ ') ' ~ known | join(' ') ~ ' end') }}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
