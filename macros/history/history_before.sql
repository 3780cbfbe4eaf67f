{#
    The history of a snapshot that is live.

    Arguments:
        name: the snapshot's alias.
    Example: `history_before('gold_customers_history')`
    Result: `{version, columns}`: the stored version as a relation, and its column names; none where no
        history is live.
#}
{% macro history_before(name) %}
    {%- set live = catalogue(live_schema(), name) -%}
    {%- if name not in live -%}{{ return(none) }}{%- endif -%}
    {%- set version = version_shown(live[name].text) -%}
    {%- if not version -%}
        {%- do exceptions.raise_compiler_error(
            live_schema() ~ "." ~ name ~ " does not show one stored version: a run was cut off while it"
            ~ " went live; run the same command again"
        ) -%}
    {%- endif -%}
    {{ return({
        'version': api.Relation.create(
            schema=store_schema(), identifier=erased_version(version).split('.')[1], type='table'
        ),
        'columns': live[name].columns | list,
    }) }}
{% endmacro %}
