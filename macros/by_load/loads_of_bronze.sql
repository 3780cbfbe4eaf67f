{#
    The loads of bronze with what their judgement hangs on: the file, the time of loading, and the
    corrections of its rows.

    Arguments: none.
    Example: `by_load={'loads': 'loads_of_bronze'}`
    Result: a select of `load_id` and `fingerprint`.
#}
{% macro loads_of_bronze() %}
    select
        loads._load_id as load_id,
        concat_ws(
            '|', loads.source_file, loads.loaded_at, loads.row_count, corrections.fingerprint
        ) as fingerprint
    from (
        select
            _load_id,
            concat(max(_feed), '/', max(_source_file)) as source_file,
            max(loaded_at) as loaded_at,
            sum(row_count) as row_count
        from (
            -- Texts are keys here, since Spark sorts all rows for the maximum of a text.
            select _feed, _load_id, _source_file, max(_loaded_at) as loaded_at, count(*) as row_count
            from {{ ref('bronze_sales') }}
            group by _feed, _load_id, _source_file
        )
        group by _load_id
    ) as loads
    left join (
        select
            regexp_extract(row_id, '^(.*)#[0-9]+$', 1) as source_file,
            bit_xor(xxhash64(*)) as fingerprint
        from {{ ref('sales_corrections') }}
        group by regexp_extract(row_id, '^(.*)#[0-9]+$', 1)
    ) as corrections on loads.source_file = corrections.source_file
{% endmacro %}
