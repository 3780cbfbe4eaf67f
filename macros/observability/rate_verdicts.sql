{#
    Holds the share of rows that break a rule against the loads of the feed before it, at most fifty:
    the median, give or take 3.5 deviations. A deviation is 1.4826 times the median absolute deviation,
    at least that of a share of so many rows.

    Arguments:
        rates: relation of feed, load_id, rule_id, broken_count, raw_count, rate, loaded_at,
            load_number (1 for the first load of the feed) and load_age (1 for the newest).
    Example: `rate_verdicts('rates')`
    Result: a select of one row per load and rule.
#}
{% macro rate_verdicts(rates) %}
    with learnt as (
        select
            *,
            collect_list(rate) over (
                partition by feed, rule_id
                order by load_number
                rows between 50 preceding and 1 preceding
            ) as past_rates
        from {{ rates }}
    ),

    expected as (
        select
            *,
            if(size(past_rates) >= 5, element_at(array_sort(past_rates), {{ _middle() }}), null)
                as expected_rate
        from learnt
    ),

    spread as (
        select
            *,
            element_at(
                array_sort(transform(past_rates, past -> abs(past - expected_rate))), {{ _middle() }}
            ) as distance
        from expected
        where size(past_rates) >= 5
        union all
        select
            *,
            null as distance
        from expected
        where size(past_rates) < 5
    ),

    bounds as (
        select
            *,
            3.5 * greatest(
                1.4826 * distance,
                sqrt(greatest(expected_rate * (1 - expected_rate), 1D / raw_count) / raw_count)
            ) as tolerance
        from spread
    )

    select
        feed,
        load_id,
        rule_id,
        case
            when expected_rate is null then 'learning'
            when rate > expected_rate + tolerance then 'high'
            when rate < expected_rate - tolerance then 'low'
            else 'expected'
        end as verdict,
        broken_count,
        raw_count as row_count,
        rate,
        expected_rate,
        greatest(expected_rate - tolerance, 0) as lowest_expected_rate,
        least(expected_rate + tolerance, 1) as highest_expected_rate,
        load_age,
        loaded_at
    from bounds
{% endmacro %}

{% macro _middle() -%} cast((size(past_rates) + 1) / 2 as int) {%- endmacro %}
