{#
    The loads of bronze and silver with what is counted of them: the run that judged them, and how
    many rows there are on each side, so that a load known to one side only is never passed over.

    Arguments: none.
    Example: `by_load={'loads': 'loads_of_silver'}`
    Result: a select of `load_id` and `fingerprint`.
#}
{% macro loads_of_silver() %}
    select
        load_id,
        concat_ws('|', max(judged_by), sum(bronze_count), sum(silver_count)) as fingerprint
    from (
        select _load_id as load_id, '' as judged_by, count(*) as bronze_count, 0 as silver_count
        from {{ target.schema }}.bronze_sales
        group by _load_id
        union all
        select _load_id, max(_judged_by_run_id), 0, count(*)
        from {{ target.schema }}.silver_sales_assessed
        group by _load_id
    )
    group by load_id
{% endmacro %}
