{#
    What a data test counts, told by aggregates. Tests that wait for the same model are answered by one
    statement, which reads each relation once for all of them that can be told so.

    Arguments:
        kind: the test's name, such as `not_null`.
        arguments: what it is given, as dbt renders it, `model` among it.
    Example: `sums_of_test('not_null', {'model': ref('silver_sales'), 'column_name': 'amount'})`
    Result: `sums`, each a relation and an aggregate of its rows; `failures`, the number of rows that the
        test finds, in which `$0` stands for the first of them: null where an empty relation cannot tell.
        None where the test cannot be told so.
#}
{% macro sums_of_test(kind, arguments) %}
    {%- set told = {
        'not_null': _sums_of_not_null,
        'is_true': _sums_of_is_true,
        'is_a_day': _sums_of_is_a_day,
        'no_email_address': _sums_of_no_email_address,
        'declared_types': _sums_of_declared_types,
        'same_sum': _sums_of_same_sum,
        'same_row_count': _sums_of_same_row_count,
    } -%}
    {{ return(told[kind](**arguments) if kind in told else none) }}
{% endmacro %}

{% macro _sums_of_not_null(model, column_name) %}
    {{ return({'failures': '$0', 'sums': [[model, 'count_if(' ~ column_name ~ ' is null)']]}) }}
{% endmacro %}

{% macro _sums_of_is_true(model, expression) %}
    {{ return({
        'failures': '$0', 'sums': [[model, 'count_if(not coalesce(' ~ expression ~ ', false))']]
    }) }}
{% endmacro %}

{% macro _sums_of_is_a_day(model, column_name) %}
    {{ return({
        'failures': '$0', 'sums': [[model, 'count_if(try_cast(' ~ column_name ~ ' as date) is null)']]
    }) }}
{% endmacro %}

{% macro _sums_of_no_email_address(model) %}
    {%- set sums, leaks = [], ['0'] -%}
    {%- for text in declared_texts(model) -%}
        {%- set cell = 'cast(' ~ text ~ ' as string)' -%}
        {%- do leaks.append('int($' ~ sums | length ~ ' > 0)') -%}
        {%- do sums.append([model, 'count_if(' ~ contains_email(cell) ~ ')']) -%}
    {%- endfor -%}
    {{ return({'failures': leaks | join(' + '), 'sums': sums}) }}
{% endmacro %}

{% macro _sums_of_declared_types(model) %}
    {{ return({
        'failures': 'size(' ~ columns_of_other_types(model, '$0') ~ ')',
        'sums': [[model, 'max(typeof(struct(*)))']],
    }) }}
{% endmacro %}

{% macro _sums_of_same_sum(model, expression, other, other_expression, other_where='true') %}
    {{ return({
        'failures': 'int($0 <> $1)',
        'sums': [
            [model, 'coalesce(sum(' ~ expression ~ '), 0)'],
            [other, 'coalesce(sum(' ~ other_expression ~ ') filter (where ' ~ other_where ~ '), 0)'],
        ],
    }) }}
{% endmacro %}

{% macro _sums_of_same_row_count(model, other) %}
    {{ return({
        'failures': 'int($0 <> $1)', 'sums': [[model, 'count(*)'], [other, 'count(*)']]
    }) }}
{% endmacro %}
