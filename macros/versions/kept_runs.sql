{#
    The runs whose releases are kept: the live one, the one that `p360 rollback` brings back, and then
    the newest.

    Arguments:
        stored: the store's catalogue.
        live: the live schema's catalogue.
    Example: `kept_runs(stored, live)`
    Result: ids of runs, as many as `var('kept_runs')` where there are so many.
#}
{% macro kept_runs(stored, live) %}
    {%- set found = releases(stored) -%}
    {%- set current = read_release(live_run(live), stored) -%}
    {%- set wanted = [current.run_id, current.previous_run_id] if current else [] -%}
    {%- for release in found | sort(attribute='number', reverse=true) -%}
        {%- do wanted.append(release.run_id) -%}
    {%- endfor -%}
    {%- set known = found | map(attribute='run_id') | list -%}
    {{ return((wanted | unique | select('in', known) | list)[:var('kept_runs')]) }}
{% endmacro %}
