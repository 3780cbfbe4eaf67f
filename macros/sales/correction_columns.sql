{#
    What is kept of a correction beside the cells that it has put right.

    Arguments:
        correction: the relation or alias of sales_corrections, left joined; null where there is none.
        bronze: the relation or alias of the raw row.
    Example: `correction_columns('sales_corrections', 'bronze_sales')`
    Result: `is_corrected`, `waived_by`, `waived_because`, and `raw_before_correction`, the raw text of
        each cell that was corrected, by its name, as JSON.
#}
{% macro correction_columns(correction, bronze) -%}
    coalesce(
        {%- for cell in sales_cells() %}
        {{ correction }}.{{ cell }}{{ "," if not loop.last }}
        {%- endfor %}
    ) is not null as is_corrected,
    if({{ correction }}.waived is null, null, {{ correction }}.decided_by) as waived_by,
    if({{ correction }}.waived is null, null, {{ correction }}.because) as waived_because,
    if(
        is_corrected,
        to_json(map_filter(
            map(
                {%- for cell in sales_cells() %}
                '{{ cell }}',
                if({{ correction }}.{{ cell }} is null, null, coalesce({{ bronze }}.{{ cell }}, '')){{ "," if not loop.last }}
                {%- endfor %}
            ),
            (cell, text) -> text is not null
        )),
        null
    ) as raw_before_correction
{%- endmacro %}
