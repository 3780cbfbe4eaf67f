{#
    Fails where any text of a relation may hold an e-mail address. However many columns there are, the
    rows are read once. Which columns hold text its YAML says; that this is true, `declared_types` says.

    Arguments:
        model: the relation.
    Example: `no_email_address`
    Result: one row for each column that leaks, with the number of its rows.
#}
{% test no_email_address(model) %}
    {%- set texts = declared_texts(model) if execute else [] -%}
    select
        leak.column_name,
        leak.row_count
    from (
        select
            explode(
                array(
                    {% for text in texts %}
                        struct(
                            '{{ text }}' as column_name,
                            count_if({{ contains_email('cast(' ~ text ~ ' as string)') }}) as row_count
                        ),
                    {% endfor %}
                    -- A relation may have no text at all.
                    struct('' as column_name, count_if(false) as row_count)
                )
            ) as leak
        from {{ model }}
    )
    where leak.row_count > 0
{% endtest %}
