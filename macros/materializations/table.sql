{#
    Replaces dbt-spark's table, which drops the old rows before it writes the new: here each run
    writes a table of its own in the store, and then the view of the model's name moves to it.

    Arguments: none; the model's config as for dbt-spark's table.
    Example: `materialized: table`
    Result: the view of the model's name.
#}
{% materialization table, adapter='spark' %}
    {%- set version = this_version() -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {{ create_table_as(false, version, compiled_code) }}
    {%- endcall -%}
    {%- set relation = move_view(this, version) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
