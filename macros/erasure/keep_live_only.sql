{#
    Drops all releases but the one that is live, and what only they need: earlier ones still hold what
    was erased. `p360 rollback` has nothing to go back to until another run went live.

    Arguments:
        run: id of the run that must be live; else nothing is dropped.
    Example: `dbt run-operation keep_live_only --args '{run: 20261128_120000_0a1b2c3d}'`
    Result: nothing; an error where another run is live.
#}
{% macro keep_live_only(run) %}
    {%- set stored = catalogue(store_schema()) -%}
    {%- set live = catalogue(live_schema()) -%}
    {%- if live_run(live) != run -%}
        {%- do exceptions.raise_compiler_error('run ' ~ run ~ ' is not live; nothing was dropped') -%}
    {%- endif -%}
    {%- set drops = [] -%}
    {%- for name in stored | list if name.startswith('release__') and name != 'release__' ~ run -%}
        {%- do drops.append('drop view if exists ' ~ store_schema() ~ '.' ~ name) -%}
        {%- do stored.pop(name) -%}
    {%- endfor -%}
    {%- do run_script(drops) -%}
    {%- do sweep_store(stored, live) -%}
{% endmacro %}
