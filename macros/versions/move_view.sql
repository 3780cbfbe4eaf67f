{#
    Makes a view show a stored version: the only mutation that this project makes. Spark alters a view
    in one step, so a reader sees the rows before or the rows after.

    Arguments:
        view: relation of the view, with the type that it has now; none where there is none yet.
        version: the stored version.
        before: statements to run just before, such as the one that makes the version.
    Example: `move_view(this, this_version())`
    Result: the view's relation.
#}
{% macro move_view(view, version, before=[]) -%}
    {%- set existing = load_cached_relation(view) -%}
    {%- if existing is not none and existing.is_table -%}
        {#- A table of an earlier layout of this project. -#}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- set verb = 'alter' if existing is not none and existing.is_view else 'create' -%}
    {%- set text = 'select * from ' ~ version -%}
    {%- do run_script(before + [verb ~ ' view ' ~ view ~ ' as ' ~ text]) -%}
    {%- do known_relations(view.schema, {view.identifier: {'is_view': true, 'text': text}}) -%}
    {{ return(view.incorporate(type='view')) }}
{%- endmacro %}
