{#
    Replaces dbt-spark's table, which drops the old rows before it writes the new: here each run
    writes a table of its own in the store, and then the view of the model's name moves to it.

    Arguments: none; the model's config as for dbt-spark's table. The model is SQL or Python.
    Example: `materialized: table`
    Result: the view of the model's name.
#}
{% materialization table, adapter='spark', supported_languages=['sql', 'python'] %}
    {%- set version = this_version() -%}
    {{ run_hooks(pre_hooks) }}
    {%- set created = create_table_as(false, version, compiled_code, model.language) -%}
    {%- if model.language == 'sql' -%}
        {%- call noop_statement('main', 'OK') -%}{{ created }}{%- endcall -%}
        {%- set relation = move_view(this, version, [created]) -%}
    {%- else -%}
        {%- call statement('main', language=model.language) -%}{{ created }}{%- endcall -%}
        {%- set relation = move_view(this, version) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
