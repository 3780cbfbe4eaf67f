{#
    Makes a kept release live, all its models in one step. First each view of the live schema learns
    of its new version beside the one it shows; which of the two it shows hangs on `live_run`, a view
    of one row. Then that view is altered: the one step. Then each view forgets its old version. A
    crash anywhere between leaves every reader with one release, and `begin_run` finishes the rest.

    Arguments:
        run: id of the run whose release goes live.
        stored: the store's catalogue; read where not given.
        live: the live schema's catalogue, brought up to date; read where not given.
    Example: `dbt run-operation go_live --args '{run: 20251123_101500_4f0c1a2b}'`
    Result: nothing.
#}
{% macro go_live(run, stored=none, live=none) %}
    {%- set stored = stored or catalogue(store_schema()) -%}
    {%- set live = catalogue(live_schema()) if live is none else live -%}
    {%- set release = read_release(run, stored) -%}
    {%- if not release -%}
        {%- do exceptions.raise_compiler_error(
            "no run " ~ run ~ " is kept in " ~ store_schema() ~ "; 'p360 runs' lists those that are"
        ) -%}
    {%- endif -%}
    {%- set before = read_release(live_run(live), stored) -%}
    {%- if before and before.run_id != run -%}
        {%- do settle_live(before, live) -%}
        {%- set learning = [] -%}
        {%- for name, version in release.versions.items() -%}
            {%- set shown = version_shown(live[name].text) if name in live -%}
            {%- if shown and shown != version -%}
                {%- set text = either_version(
                    before.run_id, shown, stored[shown.split('.')[1]].columns,
                    run, version, stored[version.split('.')[1]].columns
                ) -%}
                {%- if text -%}
                    {%- do learning.append('alter view ' ~ live_schema() ~ '.' ~ name ~ ' as ' ~ text) -%}
                    {%- do live[name].update({'text': text}) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do run_script(learning) -%}
    {%- endif -%}
    {%- do _switch(release, live) -%}
    {%- do settle_live(release, live) -%}
{% endmacro %}

{% macro _switch(release, live) %}
    {%- set now = modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S') -%}
    {%- set text -%}
        select
            '{{ release.run_id }}' as run_id,
            {{ release.is_full_run }} as is_full_run,
            {{ release.run_started_at }} as run_started_at,
            timestamp '{{ now }}' as went_live_at,
            {{ release.newest_sale_at }} as newest_sale_at,
            {{ release.newest_load_at }} as newest_load_at,
            timestampdiff(hour, {{ release.newest_sale_at }}, current_timestamp()) as sale_age_hours,
            timestampdiff(hour, {{ release.newest_load_at }}, current_timestamp()) as load_age_hours
    {%- endset -%}
    {%- do run_query(
        ('alter' if 'live_run' in live else 'create') ~ ' view ' ~ live_schema() ~ '.live_run as ' ~ text
    ) -%}
    {%- do live.update({'live_run': {'is_view': true, 'text': text}}) -%}
{% endmacro %}
