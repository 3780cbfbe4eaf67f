{#
    Makes sure that the records of runs can be read: a schema of their own, and in it the view that
    each run moves at its end.

    Arguments: none.
    Example: an on-run-start hook.
    Result: nothing.
#}
{% macro ready_records() %}
    {%- if builds_versions() -%}
        {%- set schema = target.schema ~ '_records' -%}
        {%- do run_query('create schema if not exists ' ~ schema) -%}
        {%- do run_query(
            'create view if not exists ' ~ schema ~ '.records as select cast(null as string) as run_id,'
            ~ ' cast(null as string) as kind, cast(null as timestamp) as recorded_at,'
            ~ ' cast(null as string) as record where false'
        ) -%}
    {%- endif -%}
{% endmacro %}
