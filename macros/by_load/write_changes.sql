{#
    Writes down which rows of a by_load model this build adds and takes away, in a table of its own, for
    the models that are built by change. A row that was judged again and is as it was is no change.

    Arguments:
        node: the model's node; its `by_load.changes` says by which column rows are told apart (`row`),
            and which columns are left out (`without`, a regular expression).
        plan: what `loads_to_build` gave.
        part: relation with the rows of this build; none where no load was built.
    Example: called by the materialization by_load.
    Result: what the version's text tells of it, such as `changes: p360_store.m__changes__1 since m__0`;
        empty where every load was built anew.
#}
{% macro write_changes(node, plan, part) %}
    {%- set told = node.config.by_load.changes -%}
    {%- if not told or not plan.since -%}{{ return('') }}{%- endif -%}
    {%- set rows = [] -%}
    {%- if part and plan.build -%}
        {%- do rows.append(_of_loads(node, part, plan.build, 'added')) -%}
    {%- endif -%}
    {%- for one in plan.before -%}
        {%- set gone = plan.gone | reject('in', one.without) | list -%}
        {%- if gone -%}{%- do rows.append(_of_loads(node, one.table, gone, 'removed')) -%}{%- endif -%}
    {%- endfor -%}
    {%- if not rows -%}{{ return('changes: none since ' ~ plan.since) }}{%- endif -%}
    {%- set columns = [] -%}
    {%- for one in adapter.get_columns_in_relation(part or api.Relation.create(
        schema=store_schema(), identifier=plan.before[0].table.split('.')[1]
    )) if not modules.re.search(told.without, one.name) -%}
        {%- do columns.append(one.name) -%}
    {%- endfor -%}
    {%- set changes = store_schema() ~ '.' ~ node.alias ~ '__changes__' ~ run_id() -%}
    {%- do run_query(
        'create table ' ~ changes ~ ' using parquet as select * except (same_count) from ('
        ~ ' select *, count(*) over (partition by ' ~ told.row ~ ', xxhash64(' ~ columns | join(', ')
        ~ ')) as same_count from (select ' ~ columns | join(', ') ~ ', change from ('
        ~ rows | join(' union all ') ~ '))) where same_count = 1'
    ) -%}
    {{ return('changes: ' ~ changes ~ ' since ' ~ plan.since) }}
{% endmacro %}

{% macro _of_loads(node, table, loads, change) %}
    {%- set column = node.config.by_load.get('column', '_load_id') -%}
    {{ return(
        "select *, '" ~ change ~ "' as change from ("
        ~ unpacked_rows(node, 'select * from ' ~ table ~ ' where ' ~ column ~ ' in ' ~ literals(loads)) ~ ')'
    ) }}
{% endmacro %}
