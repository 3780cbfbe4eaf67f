{#
    Whether the chosen feed declares all of these cells. A mapping model without a declaration has all
    cells, and no time zone.

    Arguments:
        needed: names of cells; `time_zone` stands for a declared time zone, `plain_numbers` for numbers
            without signs of their own, `declaration` for declared cells, `not_sales` for what the feed
            declares of rows that are none, `headings` for cells that are carried down a whole file.
    Example: `feed_has(['quantity', 'unit_price'])`
    Result: true or false.
#}
{% macro feed_has(needed) -%}
    {%- set declared = feed_declaration() -%}
    {%- set optional = optional_cells(every=true) -%}
    {%- set missing = [] -%}
    {%- for name in needed -%}
        {%- if name in ('time_zone', 'not_sales') -%}
            {%- if name not in declared -%}{%- do missing.append(name) -%}{%- endif -%}
        {%- elif name == 'declaration' -%}
            {%- if 'cells' not in declared -%}{%- do missing.append(name) -%}{%- endif -%}
        {%- elif name == 'headings' -%}
            {%- if not heading_columns(declared) -%}{%- do missing.append(name) -%}{%- endif -%}
        {%- elif name in optional -%}
            {%- if name not in declared.get('cells', {}) -%}{%- do missing.append(name) -%}{%- endif -%}
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
