{#
    The loads whose rows must be judged again because others are: those that share a transaction, an
    order, or an exact copy without transaction id with a row of these. What these rows share is written
    down first: of a table Spark knows the size, and spares all other rows a sort where it is small.

    Arguments:
        loads: ids of the loads that changed or are gone.
    Example: `by_load={'touched': 'touched_sales'}`
    Result: a select of load ids, none of these among them.
#}
{% macro touched_sales(loads) %}
    {%- set judged = target.schema ~ '.silver_sales_assessed' -%}
    {%- set keys = store_schema() ~ '.silver_sales_assessed__keys__' ~ run_id() -%}
    {%- do run_query('drop table if exists ' ~ keys) -%}
    {%- do run_query('create table ' ~ keys ~ ' using parquet as ' ~ _known_keys(judged, loads)) -%}
    select distinct _load_id
    from {{ judged }}
    left semi join (select distinct _feed, sale_key from {{ keys }}) as known
        on
            {{ judged }}._feed = known._feed
            and coalesce({{ judged }}.transaction_id, {{ judged }}._copy_key) = known.sale_key
    where _load_id not in {{ literals(loads) }}
    {%- if feed_has_orders() %}
    union
    select distinct _load_id
    from {{ judged }}
    left semi join (select distinct _feed, order_id from {{ keys }}) as known
        on {{ judged }}._feed = known._feed and {{ judged }}.order_id = known.order_id
    where _load_id not in {{ literals(loads) }}
    {%- endif %}
{% endmacro %}

{% macro _known_keys(judged, loads) %}
    select _feed, coalesce(transaction_id, _copy_key) as sale_key, order_id
    from {{ judged }}
    where _load_id in {{ literals(loads) }}
    union all
    select
        _feed,
        coalesce(transaction_id, if(_set_aside_reason is null, cast(cells_hash as string), null)),
        {{ without_email(judged_text('order_id', clean_text('order_id_raw', 'has_odd_blanks'))) }}
    from (
        {{ sales_to_judge(
            '(select * from ' ~ ref('bronze_sales') ~ ' where _load_id in ' ~ literals(loads) ~ ')',
            ref('sales_corrections')
        ) }}
    )
{% endmacro %}
