{#
    The text of a cell as silver judges it: in the form that silver reads, whatever the form in which the
    feed writes it. A person writes corrections in that form already.

    Arguments:
        cell: name of the canonical cell.
        trimmed: SQL expression of its raw text without outer blanks.
    Example: `judged_text('amount', 'amount_trimmed')`, over the columns of `sales_to_judge`
    Result: an SQL expression of type string.
#}
{% macro judged_text(cell, trimmed) -%}
    {%- set canonical = canonical_text(cell, trimmed) -%}
    {%- if not canonical -%}
        {{ trimmed }}
    {%- elif cell in sales_cells() -%}
        {{ clean_text('if(correction.' ~ cell ~ ' is null, ' ~ canonical ~ ', ' ~ trimmed ~ ')', 'false') }}
    {%- else -%}
        {{ clean_text(canonical, 'false') }}
    {%- endif -%}
{%- endmacro %}
