{#
    Replaces dbt-spark's snapshot, which merges into the table that readers have: here each run writes
    the whole history anew to a table of its own in the store, and then the view of the snapshot's name
    moves to it. What changed is told by dbt's own macros. The state before is the history that is live:
    a run that failed or was rolled back has left nothing in it.

    Arguments: none; the snapshot's config as dbt documents it.
    Example: any YAML file under snapshots/.
    Result: the view of the snapshot's name.
#}
{% materialization snapshot, adapter='spark' %}
    {%- set version = this_version() -%}
    {{ run_hooks(pre_hooks) }}
    {%- set history = history_after(model, compiled_code) -%}
    {%- set created = create_table_as(false, version, history) -%}
    {%- call noop_statement('main', 'OK') -%}{{ created }}{%- endcall -%}
    {%- set relation = move_view(this, version, [created]) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
