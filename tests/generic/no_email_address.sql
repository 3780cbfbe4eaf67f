{#
    Fails where any text of a relation holds an at sign.

    Arguments:
        model: the relation.
    Example: `no_email_address`
    Result: one row for each column that leaks, with the number of its rows.
#}
{% test no_email_address(model) %}
    {%- set texts = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(model) -%}
            {%- if column.data_type == 'string' or column.data_type.startswith('array') -%}
                {%- do texts.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for text in texts %}
    select
        '{{ text }}' as column_name,
        count(*) as row_count
    from {{ model }}
    where cast({{ text }} as string) like '%@%'
    having count(*) > 0
    {{ "union all" if not loop.last }}
    {%- else %}
    select 'no text column' as column_name where false
    {%- endfor %}
{% endtest %}
