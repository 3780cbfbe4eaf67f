{#
    The run that is live, as the live schema itself says it.

    Arguments:
        live: the live schema's catalogue.
    Example: `live_run(catalogue(live_schema()))`
    Result: the run's id; none before the first run went live.
#}
{% macro live_run(live) -%}
    {%- if 'live_run' not in live -%}{{ return(none) }}{%- endif -%}
    {{ return(modules.re.match("select\\s+'(\\w+)' as run_id", live.live_run.text).group(1)) }}
{%- endmacro %}
