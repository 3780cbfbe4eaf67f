{#
    The rows of an assessed table with the judgement that today's rules would give them, beside the one
    that they have. `p360 rules diff` asks it of what is live.

    Arguments:
        assessed: a relation with the columns of silver_sales_assessed.
    Example: `judge_again('p360_live.silver_sales_assessed')`
    Result: a select with `disposition`, `rejection_reasons` and `warnings` as they would be, and the
        same with `_before` as they are.
#}
{% macro judge_again(assessed) %}
    with judged as (
        select
            * except (rejection_reasons, warnings, disposition),
            rejection_reasons as rejection_reasons_before,
            warnings as warnings_before,
            disposition as disposition_before,
            {{ broken_rules(sales_rules(severities=['quarantine', 'fail'])) }} as rejection_reasons,
            {{ broken_rules(sales_rules(severities=['warn'])) }} as warnings
        from {{ assessed }}
    ),

    versioned as (
        select
            *,
            {{ is_superseded('_feed, transaction_id, _copy_key') }} as is_superseded
        from judged
    )

    select
        * except (is_superseded),
        {{ sales_disposition() }} as disposition
    from versioned
{% endmacro %}
