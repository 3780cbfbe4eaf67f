{#
    What the chosen feed's mapping model declares of its cells (`config: {meta: {feed: ...}}`).

    Arguments:
        feed: name of the feed.
    Example: `feed_declaration('shop').cells`
    Result: a dictionary; empty for a mapping model that declares nothing, while dbt only parses, and
        in unit tests, which see no graph.
#}
{% macro feed_declaration(feed=var('feed')) -%}
    {%- set name = 'model.' ~ project_name ~ '.bronze_sales_' ~ feed -%}
    {%- if execute and name in graph.nodes -%}
        {{ return(graph.nodes[name].config.meta.get('feed', {})) }}
    {%- endif -%}
    {{ return({}) }}
{%- endmacro %}
