{#
    Writes down which stored version of each model makes up one state of the live schema.

    Arguments:
        release: `{number, previous_run_id, is_full_run, newest_sale_at, newest_load_at, versions}`, of
            which versions is model name to stored version.
    Example: called at the end of a run.
    Result: the SQL of the view `release__<run>` that it made in the store: one row per model, the
        run's facts beside it.
#}
{% macro write_release(release) %}
    {%- set text -%}
        select
            '{{ run_id() }}' as run_id,
            {{ release.number }} as release_number,
            '{{ release.previous_run_id or '' }}' as previous_run_id,
            {{ release.is_full_run | lower }} as is_full_run,
            timestamp '{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S') }}' as run_started_at,
            {{ _time_literal(release.newest_sale_at) }} as newest_sale_at,
            {{ _time_literal(release.newest_load_at) }} as newest_load_at,
            model,
            substring_index(stored_version, '__', -1) as built_by_run_id,
            stored_version
        from values
            {%- for name, version in release.versions.items() %}
            ('{{ name }}', '{{ version }}'){{ "," if not loop.last }}
            {%- endfor %}
            as versions (model, stored_version)
    {%- endset -%}
    {%- do run_query('create view ' ~ store_schema() ~ '.release__' ~ run_id() ~ ' as ' ~ text) -%}
    {{ return(text) }}
{% endmacro %}

{% macro _time_literal(time) -%}
    {%- if time is none -%} cast(null as timestamp) {%- else -%} timestamp '{{ time }}' {%- endif -%}
{%- endmacro %}
