{#
    Compares the loads of a model's input with those that the version before was built from, and says
    what to build: all, or the loads that changed and those that they touch.

    Arguments:
        node: the model's node.
        sql: its compiled SQL.
    Example: called by the materialization by_load.
    Result: `{sql, parts, loads}`: what to build, none where nothing changed; selects of what stays;
        the stored table of loads that the next run is compared with. Where not all is built, also
        `{since, before, build, gone}`: the version before and its parts, and ids of the loads that
        are built and of those of which the version before has rows that stay no longer.
#}
{% macro loads_to_build(node, sql) %}
    {%- set by_load = node.config.by_load -%}
    {%- set loads = store_schema() ~ '.' ~ node.alias ~ '__loads__' ~ run_id() -%}
    {%- do run_query(
        'create table ' ~ loads ~ " using parquet as select load_id, concat('" ~ logic_of(sql)
        ~ "', fingerprint) as fingerprint from (" ~ context[by_load.loads]() ~ ')'
    ) -%}
    {%- set before = built_parts(node.alias) -%}
    {%- set again = _changed_loads(loads, before.loads) if before.loads -%}
    {%- if not before.loads or should_full_refresh() or again.are_all -%}
        {{ return({'sql': sql, 'parts': [], 'loads': loads}) }}
    {%- endif -%}
    {%- set build, context_loads = again.build, [] -%}
    {%- if by_load.touched and (again.build or again.drop) -%}
        {%- set touch = context[by_load.touched] -%}
        {%- set touched = _load_ids(touch(again.build + again.drop)) -%}
        {%- set build = again.build + touched -%}
        {%- if touched -%}{%- set context_loads = _load_ids(touch(build)) -%}{%- endif -%}
    {%- endif -%}
    {%- set column = by_load.get('column', '_load_id') -%}
    {%- set parts = parts_without(before.parts, column, again.drop + build) -%}
    {%- set plan = {
        'sql': none, 'parts': parts.kept, 'loads': loads, 'since': before.version,
        'before': before.parts, 'build': build,
        'gone': again.drop + (build | reject('in', again.build) | list),
    } -%}
    {%- if not build -%}{{ return(plan) }}{%- endif -%}
    {%- set narrowed = namespace(sql=sql) -%}
    {%- for input in by_load.inputs -%}
        {%- set narrowed.sql = with_input(
            narrowed.sql, input,
            '(select * from ' ~ target.schema ~ '.' ~ input ~ ' where _load_id in '
            ~ literals(build + context_loads) ~ ')'
        ) -%}
    {%- endfor -%}
    {%- set of_these = 'select * from (' ~ narrowed.sql ~ ') where ' ~ column ~ ' in ' ~ literals(build) -%}
    {%- do plan.update({'sql': ([of_these] + parts.folded) | join(' union all ')}) -%}
    {{ return(plan) }}
{% endmacro %}

{% macro _changed_loads(now, before) %}
    {%- set build, drop, same = [], [], [] -%}
    {%- for load, is_there, was_there, is_same in run_query(
        'select coalesce(now.load_id, before.load_id), now.load_id is not null, '
        ~ 'before.load_id is not null, now.fingerprint <=> before.fingerprint from ' ~ now
        ~ ' as now full outer join ' ~ before ~ ' as before on now.load_id = before.load_id'
    ).rows -%}
        {%- if is_same -%}{%- do same.append(load) -%}{%- endif -%}
        {%- if is_there and not is_same -%}{%- do build.append(load) -%}{%- endif -%}
        {%- if was_there and not is_same -%}{%- do drop.append(load) -%}{%- endif -%}
    {%- endfor -%}
    {{ return({'build': build, 'drop': drop, 'are_all': same | length == 0}) }}
{% endmacro %}

{% macro _load_ids(sql) %}
    {{ return(run_query(sql).columns[0].values() | list) }}
{% endmacro %}
