{#
    How old the data of a feed may be: `promise` in the meta of its mapping model.

    Arguments:
        feed: name of the feed.
        clock: `sale` for its newest sale, `load` for its newest load.
    Example: `promised_hours(var('feed'), 'sale')`
    Result: a number of hours, or `null` where no target is set, to be written into SQL.
#}
{% macro promised_hours(feed, clock) -%}
    {%- set found = namespace(hours='null') -%}
    {%- if execute and graph -%}
        {%- for node in graph.nodes.values() if node.name == 'bronze_sales_' ~ feed -%}
            {%- for name, hours in node.config.get('meta', {}).get('promise', {}).items() -%}
                {%- if name not in ['sale_hours', 'load_hours'] or hours is not number -%}
                    {%- do exceptions.raise_compiler_error(
                        node.original_file_path ~ ": promise says " ~ name ~ ": " ~ hours
                        ~ "; use sale_hours and load_hours, each a number of hours"
                    ) -%}
                {%- endif -%}
                {%- if name == clock ~ '_hours' -%}{%- set found.hours = hours -%}{%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ found.hours }}
{%- endmacro %}
