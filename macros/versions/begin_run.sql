{#
    Readies the schemas for a run: finishes what a crash has left of a go-live, drops what nobody
    needs, and notes in the store that this run is the one that may go live.

    Arguments: none.
    Example: an on-run-start hook.
    Result: nothing.
#}
{% macro begin_run() %}
    {%- if builds_versions() -%}
        {%- do check_materializations() -%}
        {%- do run_query('create schema if not exists ' ~ store_schema()) -%}
        {%- do run_query('create schema if not exists ' ~ live_schema()) -%}
        {%- set stored = catalogue(store_schema()) -%}
        {%- set last_built = catalogue(target.schema) -%}
        {%- do known_relations(store_schema(), stored) -%}
        {%- do known_relations(target.schema, last_built) -%}
        {%- set live = catalogue(live_schema()) -%}
        {%- set release = read_release(live_run(live), stored) -%}
        {%- if release -%}{%- do settle_live(release, live) -%}{%- endif -%}
        {%- do sweep_store(stored, live, last_built) -%}
        {%- do run_query(
            ('alter' if 'current_run' in stored else 'create') ~ ' view ' ~ store_schema()
            ~ ".current_run as select '" ~ run_id() ~ "' as run_id, timestamp '"
            ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S') ~ "' as run_started_at"
        ) -%}
    {%- endif -%}
{% endmacro %}
