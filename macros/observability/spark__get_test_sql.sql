{#
    Replaces dbt's, which counts the rows that a test finds: `warn_if` and `error_if` may also name a
    share of the rows of the tested model (`> 0.5 %`) or a sum of money (`> 1,000.00`, the column
    `amount` of the rows found, or `config: {meta: {money: <SQL>}}`). Money has two decimals; a number
    without is a count, as ever.

    Arguments:
        main_sql: the test's query.
        fail_calc: what dbt counts of its rows.
        warn_if: from when on the test warns.
        error_if: from when on it fails.
        limit: how many rows to look at at most.
    Example: `config: {severity: error, error_if: "> 0.5 %", warn_if: "> 0"}`
    Result: a select of failures, should_warn and should_error.
#}
{% macro spark__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}
    {%- set bounds = [_test_bound(fail_calc, warn_if), _test_bound(fail_calc, error_if)] %}
    select
        {{ fail_calc }} as failures,
        {{ bounds[0] }} as should_warn,
        {{ bounds[1] }} as should_error
    from (
        {{ main_sql }}
        {{ "limit " ~ limit if limit is not none }}
    ) as dbt_internal_test
{% endmacro %}

{% macro _test_bound(fail_calc, bound) -%}
    {%- set parts = modules.re.match(
        '\\s*(>=|>|<=|<|=|!=)\\s*([\\d,]+(?:\\.\\d+)?)\\s*(%?)\\s*$', bound
    ) -%}
    {%- set number = parts.group(2).replace(',', '') if parts else '' -%}
    {%- if parts and parts.group(3) -%}
        {%- set tested = model.attached_node and graph.nodes.get(model.attached_node) -%}
        {%- if not tested -%}
            {%- do exceptions.raise_compiler_error(
                model.name ~ ": " ~ bound ~ " is a share of a model's rows, and this test is of none;"
                ~ " give it a count of rows"
            ) -%}
        {%- endif -%}
        100 * {{ fail_calc }} {{ parts.group(1) }} {{ number }} * (
            select count(*) from {{ tested.relation_name }}
        )
    {%- elif parts and '.' in number -%}
        coalesce(sum({{ model.config.get('meta', {}).get('money', 'amount') }}), 0)
        {{ parts.group(1) }} {{ number }}
    {%- else -%}
        {{ fail_calc }} {{ bound.replace(',', '') }}
    {%- endif -%}
{%- endmacro %}
