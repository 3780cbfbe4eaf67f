{#
    The body of a mapping model: each canonical cell from the columns that the feed's declaration names,
    as text. What the feed does not declare is null.

    Arguments:
        feed: name of the feed; its raw rows are the source `ingested.<feed>_raw`.
    Example: the whole of `bronze_sales_shop.sql` after its config: `declared_sales('shop')`
    Result: a select with the columns of `bronze_sales`.
#}
{% macro declared_sales(feed) -%}
    {%- set raw = source('ingested', feed ~ '_raw') -%}
    {%- set declared = feed_declaration(feed) -%}
    {%- set cells = declared.get('cells', {}) -%}
    {%- set order = _mapped(cells['order_id']) if 'order_id' in cells else none -%}
    {%- if 'transaction_id' in cells -%}
        {%- set sale = _mapped(cells['transaction_id'], order) -%}
    {%- else -%}
        {#- Without an id a record is known by its cells, and by an order that it does not name itself. -#}
        {%- set sale -%}
        left(sha2(concat_ws('|', {% if cells.get('order_id') is mapping -%}
            coalesce({{ order }}, ''), {% endif -%} {%- for column in _columns(feed) -%}
            coalesce({{ column }}, ''){{ ', ' if not loop.last }}
        {%- endfor %}), 256), 16)
        {%- endset -%}
    {%- endif %}
select
    -- ids
    {{ sale }} as transaction_id,
    {{ order or sale }} as order_id,

    -- cells
    {%- for cell in sales_cells() if cell not in ('transaction_id', 'order_id') %}
    {%- set text = _mapped(cells.get(cell), order) %}
    {{ _or_returned(declared, text) if cell == 'status' else text }} as {{ cell }},
    {%- endfor %}
    {%- for cell in cells if cell not in sales_cells() %}
    {{ _mapped(cells[cell], order) }} as {{ cell }},
    {%- endfor %}

    -- booleans
    {{ 'false' if 'amount' in cells else 'true' }} as is_amount_derived,

    -- lineage
    {{ lineage_columns(_set_aside(declared, feed)) }}
from {{ raw }}
{%- endmacro %}

{% macro _or_returned(declared, status) -%}
    {#- The status, or Returned where the feed tells returns by a column; what is cancelled stays so. -#}
    {%- set columns = feed_returns() | select('mapping') | list -%}
    {%- if not columns -%}
        {{ return(status) }}
    {%- endif -%}
    {%- set cell = declared.cells.status -%}
    {%- set values = cell.get('values', {}) if cell is mapping else {} -%}
    {%- set cancelled = ["'cancelled'"] -%}
    {%- for value, known in values.items() if known == 'Cancelled' -%}
        {%- do cancelled.append(sql_string(value | string | lower)) -%}
    {%- endfor -%}
    {{ return(
        'case when ' ~ _any_of(columns) ~ ' and coalesce(lower(trim(' ~ status ~ ")), '') not in ("
        ~ cancelled | join(', ') ~ ") then 'Returned' else " ~ status ~ ' end'
    ) }}
{%- endmacro %}

{% macro _any_of(conditions) -%}
    {#- Whether a row meets one of the conditions: values of a column, other values, or a prefix. -#}
    {%- set found = [] -%}
    {%- for one in conditions -%}
        {%- set cell = "coalesce(lower(trim(" ~ one.column ~ ")), '')" -%}
        {%- set values = [] -%}
        {%- for value in one.get('values', one.get('others_than', [])) -%}
            {%- do values.append(sql_string(value | string | lower)) -%}
        {%- endfor -%}
        {%- if 'prefix' in one -%}
            {%- do found.append('startswith(' ~ cell ~ ', ' ~ sql_string(one.prefix | string | lower) ~ ')') -%}
        {%- else -%}
            {%- do found.append(
                cell ~ (' not' if 'others_than' in one else '') ~ ' in (' ~ values | join(', ') ~ ')'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return('(' ~ found | join(' or ') ~ ')') }}
{%- endmacro %}

{% macro _set_aside(declared, feed) -%}
    {#- Why a row is no sale: what the reader says of its line, or the declaration of its cells. -#}
    {%- set said = declared.get('not_sales', []) -%}
    {%- set headings = heading_columns(declared) -%}
    {%- if not said and not headings -%}
        {{ return('_set_aside_reason') }}
    {%- endif -%}
    {%- set cases = ['when _set_aside_reason is not null then _set_aside_reason'] -%}
    {%- if headings -%}
        {%- set others = _columns(feed) | reject('in', headings) | join(', ') -%}
        {%- do cases.append("when trim(concat_ws('', " ~ others ~ ")) = '' then 'heading_row'") -%}
    {%- endif -%}
    {%- if said -%}
        {%- do cases.append(
            'when ' ~ _any_of([said] if said is mapping else said) ~ " then 'not_a_sale'"
        ) -%}
    {%- endif -%}
    {{ return('case ' ~ cases | join(' ') ~ ' end') }}
{%- endmacro %}

{% macro _without(text, pattern) -%}
    {{ return('regexp_replace(' ~ text ~ ", r'" ~ pattern ~ "', '')") }}
{%- endmacro %}

{% macro _columns(feed) -%}
    {%- set name = 'source.' ~ project_name ~ '.ingested.' ~ feed ~ '_raw' -%}
    {{ return((graph.sources[name].columns.keys() | list) if execute else []) }}
{%- endmacro %}

{% macro _mapped(said, order=none) -%}
    {#- The SQL of one cell. A text or a list is short for its column or its first filled column. -#}
    {%- if said is none or said is undefined -%}
        {{ return('cast(null as string)') }}
    {%- endif -%}
    {%- set cell = {'column': said} if said is string else said -%}
    {%- set cell = {'first_filled': said} if said is sequence and said is not mapping and said is not string else cell -%}
    {%- set filled = [] -%}
    {%- for column in cell.get('first_filled', []) -%}
        {%- do filled.append("nullif(trim(" ~ column ~ "), '')") -%}
    {%- endfor -%}
    {%- if 'constant' in cell -%}
        {%- set text = sql_string(cell['constant'] | string) -%}
    {%- elif filled -%}
        {%- set text = 'coalesce(' ~ filled | join(', ') ~ ')' -%}
    {%- elif 'columns' in cell -%}
        {%- set text = "nullif(trim(concat_ws(' ', " ~ cell['columns'] | join(', ') ~ ")), '')" -%}
    {%- else -%}
        {%- set text = cell['column'] -%}
    {%- endif -%}
    {%- if 'without_prefix' in cell -%}
        {%- set text = _without(text, end_pattern(cell['without_prefix'], 'begin')) -%}
    {%- endif -%}
    {%- if 'without_suffix' in cell -%}
        {%- set text = _without(text, end_pattern(cell['without_suffix'], 'end')) -%}
    {%- endif -%}
    {%- if cell.get('once_per_order') -%}
        {%- set text = 'if(row_number() over (partition by _load_id, ' ~ order
            ~ ', _set_aside_reason is null order by _row_number) = 1, ' ~ text ~ ', null)' -%}
    {%- endif -%}
    {%- if cell.get('carried_down') == 'file' or (cell.get('carried_down') and order is none) -%}
        {%- set text = "last_value(nullif(trim(" ~ text ~ "), ''), true) over (partition by _load_id"
            ~ ' order by _row_number rows unbounded preceding)' -%}
    {%- elif cell.get('carried_down') -%}
        {#- Of an order's rows only the first has the cell. A file is one load, so loads stay apart. -#}
        {%- set text = "last_value(nullif(trim(" ~ text ~ "), ''), true) over (partition by _load_id, "
            ~ order ~ ' order by _row_number rows unbounded preceding)' -%}
    {%- endif -%}
    {{ return(text) }}
{%- endmacro %}
