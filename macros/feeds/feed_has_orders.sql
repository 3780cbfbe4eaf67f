{#
    Whether the feed has orders of several rows, as its mapping model says (`meta: {has_orders: ...}`).

    Arguments: none.
    Example: `feed_has_orders()`
    Result: true or false; true where nothing is said, as in unit tests, which know no graph.
#}
{% macro feed_has_orders() -%}
    {%- set name = 'model.' ~ project_name ~ '.bronze_sales_' ~ var('feed') -%}
    {%- if execute and name in graph.nodes -%}
        {{ return(graph.nodes[name].config.meta.get('has_orders', true)) }}
    {%- endif -%}
    {{ return(true) }}
{%- endmacro %}
