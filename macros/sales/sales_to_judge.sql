{#
    Raw rows as they are judged: what a person has put right stands in for what arrived. Beside them
    what is known of the row as a whole. Blanks other than the space are rare, and so are addresses
    outside their own cell: one look at all cells spares most rows the search in each.

    Arguments:
        bronze: relation or subquery with the rows of bronze_sales.
        corrections: relation with the rows of sales_corrections.
    Example: `sales_to_judge('bronze_sales', 'sales_corrections')`
    Result: a select with each cell as `<cell>_raw`, the cells of its `correction` (null where there is
        none), the columns of `correction_columns`, the lineage, `has_odd_blanks`, `has_address`,
        `cells_hash` (the same for exact copies) and the cleaned `transaction_id`.
#}
{% macro sales_to_judge(bronze, corrections) %}
    select
        * except (transaction_id_trimmed),
        xxhash64(
            _feed, _set_aside_reason
            {%- for cell in sales_cells() + optional_cells() -%}
            , {{ cell }}_raw
            {%- endfor -%}
        ) as cells_hash,
        {{ without_email(judged_text('transaction_id', 'transaction_id_trimmed'), 'has_address') }} as transaction_id
    from (
        select
            *,
            {{ clean_text('transaction_id_raw', 'has_odd_blanks') }} as transaction_id_trimmed
        from (
            select
                * except (whole_row),
                {{ contains_odd_blank('whole_row') }} as has_odd_blanks,
                {{ contains_email('whole_row') }} as has_address
            from (
                select
                    {%- for cell in sales_cells() %}
                    coalesce(correction.{{ cell }}, bronze.{{ cell }}) as {{ cell }}_raw,
                    {%- endfor %}
                    {%- for cell in optional_cells() %}
                    bronze.{{ cell }} as {{ cell }}_raw,
                    {%- endfor %}
                    bronze.is_amount_derived,
                    {{ correction_columns('correction', 'bronze') }},
                    if(
                        is_corrected,
                        struct({{ sales_cells() | map('replace', '', 'correction.', 1) | join(', ') }}),
                        null
                    ) as correction,
                    bronze._feed,
                    bronze._load_id,
                    bronze._source_file,
                    bronze._row_number,
                    bronze._line_number,
                    bronze._row_id,
                    bronze._loaded_at,
                    if(is_corrected, null, bronze._set_aside_reason) as _set_aside_reason,
                    bronze._set_aside_text,
                    concat_ws(
                        '|'
                        {%- for cell in sales_cells() + optional_cells() if cell != 'customer_email' -%}
                        , {{ cell }}_raw
                        {%- endfor -%}
                    ) as whole_row
                from {{ bronze }} as bronze
                left join {{ corrections }} as correction on bronze._row_id = correction.row_id
            )
        )
    )
{% endmacro %}
