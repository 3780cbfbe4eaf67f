{#
    Whether the chosen feed declares all of these cells. A mapping model without a declaration has all
    cells, and no time zone.

    Arguments:
        needed: names of canonical cells; `time_zone` stands for a declared time zone, `plain_numbers`
            for numbers without signs of their own.
    Example: `feed_has(['quantity', 'unit_price'])`
    Result: true or false.
#}
{% macro feed_has(needed) -%}
    {%- set declared = feed_declaration() -%}
    {%- set missing = [] -%}
    {%- for name in needed -%}
        {%- if name == 'time_zone' -%}
            {%- if 'time_zone' not in declared -%}{%- do missing.append(name) -%}{%- endif -%}
        {%- elif name == 'plain_numbers' -%}
            {%- if canonical_text('quantity', 'x') or canonical_text('unit_price', 'x') -%}
                {%- do missing.append(name) -%}
            {%- endif -%}
        {%- elif 'cells' in declared and name not in declared.cells -%}
            {%- do missing.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(not missing) }}
{%- endmacro %}
