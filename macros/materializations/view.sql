{#
    Replaces dbt-spark's view. A version of a view is a view in the store over the versions that its
    parents have now, so it shows the same rows for as long as it is kept.

    Arguments: none; the model's config as for dbt-spark's view.
    Example: `materialized: view`
    Result: the view of the model's name.
#}
{% materialization view, adapter='spark' %}
    {%- set version = this_version() -%}
    {{ run_hooks(pre_hooks) }}
    {%- set created = create_view_as(version, pin_versions(compiled_code)) -%}
    {%- call noop_statement('main', 'OK') -%}{{ created }}{%- endcall -%}
    {%- set relation = move_view(this, version, [created]) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
