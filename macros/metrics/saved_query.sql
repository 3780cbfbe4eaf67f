{#
    The SQL of a saved query, as MetricFlow writes it from models/semantic/metrics. It reads imports of
    the names of the models that the saved query stands on.

    Arguments:
        name: a saved query with an export of the model's name.
    Example: `saved_query('sales_by_status')`
    Result: `select status as sale__status, sum(...) as net_sales from gold_sales ...`
#}
{% macro saved_query(name) -%}
    {%- if execute and 'metricflow' not in modules -%}
        {{ exceptions.raise_compiler_error(
            "dbt did not load the plugin dbt_saved_queries, which writes the SQL of " ~ name
            ~ "; run 'make setup'"
        ) }}
    {%- elif execute -%}
        {{ modules.metricflow.saved_query(name) }}
    {%- endif -%}
{%- endmacro %}
