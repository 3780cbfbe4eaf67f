{#
    A model whose rows belong to loads, built for the loads that changed only. The model's SQL is a
    plain query over all its input; where a run before has built it, the input is narrowed to what
    changed, the rows go to a table of their own, and a view shows them beside the rows of the runs
    before, less the loads that were built again or are gone. Nothing that is written changes.

    Arguments: none; the model's config as for a table, and `by_load`:
        inputs: models that are narrowed to the loads concerned.
        loads: name of the macro whose SQL tells, for each load, a text that changes when its rows do.
        touched: optional name of the macro whose SQL tells which other loads the changed ones touch.
        column: the column that bears the load's id; `_load_id` by default.
        packed: optional name of the macro that says how columns are stored; see `packed_rows`.
        changes: optional; see `write_changes`. With it other models may be built by change.
    Example: `by_load={'inputs': ['bronze_sales'], 'loads': 'loads_of_bronze'}`
    Result: the view of the model's name. `--full-refresh` builds all loads.
#}
{% materialization by_load, adapter='spark' %}
    {%- set version = this_version() -%}
    {%- set plan = loads_to_build(model, packed_rows(model, compiled_code)) -%}
    {{ run_hooks(pre_hooks) }}
    {%- set parts = plan.parts -%}
    {%- set part = none -%}
    {%- if plan.sql -%}
        {%- set part = api.Relation.create(
            schema=store_schema(), identifier=this.identifier ~ '__rows__' ~ run_id(), type='table'
        ) -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, part, plan.sql) }}
        {%- endcall -%}
        {%- do parts.append('select * from ' ~ part) -%}
    {%- else -%}
        {%- call noop_statement('main', 'OK, no load changed') -%}
            -- every load is as it was
        {%- endcall -%}
    {%- endif -%}
    {#- Of a view's text Spark keeps the comments that stand inside it. -#}
    {%- set told = ['loads: ' ~ plan.loads, write_changes(model, plan, part)] | select | join(' ') -%}
    {%- set stored = (parts | join(' union all ')).replace('*', '/* ' ~ told ~ ' */ *', 1) -%}
    {%- set text = unpacked_rows(model, stored) -%}
    {%- set relation = move_view(this, version, ['create view ' ~ version ~ ' as ' ~ text]) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
