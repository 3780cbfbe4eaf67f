{#
    A model of sums over rows of a by_load model: what changed since the version before is added to its
    groups, and those that lost a row are built anew. The model's SQL is a plain query over all rows;
    where the version before was built from the rows before the changes, only these are read. Nothing
    that is written changes.

    Arguments: none; the model's config as for a table, and `by_change`:
        input: the view that the SQL reads, over a by_load model that tells its changes.
        keys: the columns that the SQL groups by, never null, and what each is in the input. Values of
            the first one tell which groups are built anew.
        least, greatest: columns that are a minimum, a maximum.
        latest: columns that come from the group's latest row, and of these `latest_by`, which tells
            the latest.
        All other columns are sums.
    Example: `by_change={'input': 'silver_sales', 'keys': {'sale_date': 'transaction_date'}}`
    Result: the view of the model's name. `--full-refresh` builds all groups.
#}
{% materialization by_change, adapter='spark' %}
    {%- set version = this_version() -%}
    {{ run_hooks(pre_hooks) }}
    {%- set plan = groups_to_build(model, compiled_code) -%}
    {%- if plan.sql -%}
        {%- set rows = api.Relation.create(
            schema=store_schema(), identifier=this.identifier ~ '__rows__' ~ run_id(), type='table'
        ) -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, rows, plan.sql) }}
        {%- endcall -%}
    {%- else -%}
        {%- set rows = plan.rows -%}
        {%- call noop_statement('main', 'OK, no row changed') -%}
            -- every group is as it was
        {%- endcall -%}
    {%- endif -%}
    {#- Of a view's text Spark keeps the comments that stand inside it. -#}
    {%- set relation = move_view(this, version, [
        'create view ' ~ version ~ ' as select /* of: ' ~ plan.of ~ ' logic: ' ~ plan.logic
        ~ ' */ * from ' ~ rows
    ]) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
