{#
    The loads of silver with what their rows hang on: the run that judged them, and how many rows there
    are in bronze and in silver.

    Arguments: none.
    Example: `by_load={'loads': 'loads_of_silver'}`, beside `-- depends_on: {{ '{{ ref("silver_loads") }}' }}`
    Result: a select of `load_id` and `fingerprint`.
#}
{% macro loads_of_silver() %}
    select
        _load_id as load_id,
        concat_ws('|', judged_by_run_id, bronze_row_count, silver_row_count) as fingerprint
    from {{ ref('silver_loads') }}
{% endmacro %}
