{#
    The records of one kind as typed rows. They are stored as JSON, so that an older record may lack
    a column, and a cell that is no value of its type is null.

    Arguments:
        kind: such as `node`.
        columns: the record's columns, name to Spark type.
    Example: `{{ '{{ records_of("node", {"name": "string", "row_count": "bigint"}) }}' }}`
    Result: a select of run_id, recorded_at and the columns.
#}
{% macro records_of(kind, columns) %}
    {%- set types = [] -%}
    {%- for name, type in columns.items() -%}{%- do types.append(name ~ ' ' ~ type) -%}{%- endfor -%}
    select
        run_id,
        recorded_at,
        entry.*
    from (
        select
            run_id,
            recorded_at,
            from_json(record, '{{ types | join(', ') }}') as entry
        from {{ source('records', 'records') }}
        where kind = '{{ kind }}'
    )
{% endmacro %}
