{#
    The columns of what a snapshot reads, in one statement with the check that each row has a key of its
    own: a copy would end a row of the history twice, and a row without a key never be found again.

    Arguments:
        node: the snapshot's node.
        sql: its compiled SQL.
        unique_key: its key: a column or expression, or a list of such.
    Example: called by `history_after`.
    Result: names of columns; an error that names a key of several rows, or tells of rows without one.
#}
{% macro columns_to_keep(node, sql, unique_key) %}
    {%- set names, texts = [], [] -%}
    {%- for key in ([unique_key] if unique_key is string else unique_key) -%}
        {%- do names.append('dbt_unique_key' ~ ('' if unique_key is string else '_' ~ loop.index)) -%}
        {%- do texts.append('cast(' ~ names[-1] ~ ' as string)') -%}
    {%- endfor -%}
    {%- set query -%}
        select faults.*, source_data.*
        from (
            select
                if(
                    {{ names[0] }} is null,
                    concat('null in ', count(*), ' rows; leave them out of what it reads'),
                    concat(
                        'not unique: ', concat_ws(', ', {{ texts | join(', ') }}), ' stands in ',
                        count(*), ' rows; name columns that tell rows apart, or leave copies out'
                    )
                ) as key_fault
            from (
                select {{ unique_key_fields(unique_key) }}
                from (
                    {{ sql }}
                ) as source_rows
            ) as source_keys
            group by {{ names | join(', ') }}
            having count(*) > 1 or {{ names[0] }} is null
            limit 1
        ) as faults
        left join (
            select * from (
                {{ sql }}
            ) as source_rows
            where false
        ) as source_data
            on false
    {%- endset -%}
    {%- set found = run_query(query) -%}
    {%- if found.rows | length > 0 -%}
        {%- do exceptions.raise_compiler_error(
            "snapshot " ~ node.name ~ ": its unique_key "
            ~ (unique_key if unique_key is string else unique_key | join(', ')) ~ " is "
            ~ found.rows[0][0]
        ) -%}
    {%- endif -%}
    {{ return(found.column_names[1:] | list) }}
{% endmacro %}
