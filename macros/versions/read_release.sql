{#
    What `write_release` wrote, without asking Spark again.

    Arguments:
        run: id of the run, or none.
        stored: the store's catalogue.
    Example: `read_release(live_run(live), stored)`
    Result: `{run_id, number, previous_run_id, is_full_run, run_started_at, newest_sale_at,
        newest_load_at, versions}`, times as SQL literals; none where no such release is kept.
#}
{% macro read_release(run, stored) %}
    {%- set text = stored['release__' ~ run].text if 'release__' ~ run in stored -%}
    {%- if not text -%}{{ return(none) }}{%- endif -%}
    {%- set facts = {} -%}
    {%- for value, name in modules.re.findall('(?:select|,)\\s+(.+?) as (\\w+)(?=,)', text) -%}
        {%- do facts.update({name: value}) -%}
    {%- endfor -%}
    {%- set versions = {} -%}
    {%- for name, version in modules.re.findall("\\('(\\w+)', '([\\w.]+)'\\)", text) -%}
        {%- do versions.update({name: version}) -%}
    {%- endfor -%}
    {{ return({
        'run_id': run,
        'number': facts.release_number | int,
        'previous_run_id': facts.previous_run_id[1:-1] or none,
        'is_full_run': facts.is_full_run,
        'run_started_at': facts.run_started_at,
        'newest_sale_at': facts.newest_sale_at,
        'newest_load_at': facts.newest_load_at,
        'versions': versions,
    }) }}
{% endmacro %}
