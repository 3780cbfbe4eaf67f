{#
    A raw cell in the form that silver reads (ISO times, plain numbers, known statuses), as the chosen
    feed declares how it writes that cell.

    Arguments:
        cell: name of the canonical cell.
        text: SQL expression of its raw text, without outer blanks.
    Example: `canonical_text('amount', 'amount_trimmed')`
    Result: an SQL expression; nothing for a cell whose raw text is read as it stands.
#}
{% macro canonical_text(cell, text) -%}
    {%- set declared = feed_declaration() -%}
    {%- set said = declared.get('cells', {}).get(cell) -%}
    {%- set said = said if said is mapping else {} -%}
    {%- if cell == 'transaction_at' and (said.get('times') or declared.get('times')) -%}
        {{ return(canonical_time(text, said.get('times', declared.get('times')))) }}
    {%- elif cell.endswith('_id') and 'cells' in declared -%}
        {{ return(unwrapped_id(text)) }}
    {%- elif cell in ('discount', 'tax') -%}
        {{ return(_share(text, said, declared)) }}
    {%- elif cell in ('quantity', 'unit_price', 'amount', 'shipping') and (
        'decimal' in said or 'thousands' in said or 'numbers' in declared
    ) -%}
        {{ return(_number(text, said, declared)) }}
    {%- elif cell == 'status' and said.get('values') -%}
        {%- set known = [] -%}
        {%- for raw, status in said['values'].items() -%}
            {%- do known.append(
                'when ' ~ sql_string(raw | string | lower) ~ ' then ' ~ sql_string(status)
            ) -%}
        {%- endfor -%}
        {#- What the feed does not list is read as it stands. -#}
        {{ return('case lower(' ~ text ~ ') ' ~ known | join(' ') ~ ' else ' ~ text ~ ' end') }}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}

{% macro _number(text, said, declared) -%}
    {%- set usual = declared.get('numbers', {}) -%}
    {{ return(canonical_number(
        text,
        said.get('decimal', usual.get('decimal', '.')),
        said.get('thousands', usual.get('thousands', '')),
    )) }}
{%- endmacro %}

{% macro _share(text, said, declared) -%}
    {#- A number, or a share of the price that keeps its sign: `10 %` is `10%`. -#}
    {%- set digits = _number('btrim(' ~ text ~ ", '% \u00a0\u202f')", said, declared) -%}
    {{ return(
        'concat(' ~ digits ~ ', '
        ~ ("'%'" if said.get('percent') else 'if(endswith(' ~ text ~ ", '%'), '%', '')") ~ ')'
    ) }}
{%- endmacro %}
