{#
    Holds the rows of each day of a feed against like days before it: the same weekday of the last
    eight weeks. The end of a month is held against its weekday times what ends of months were of
    theirs, the median of a year; while fewer than three are known, against both, the kinder counts;
    the first one against nothing but its weekday, twice as leniently. The day itself and days
    of known events teach nothing. What is expected is the median of the like days, give or take 3.5
    deviations. A deviation is 1.4826 times the median absolute deviation (Hampel 1974), of all days
    from the median of their like days; where the like days themselves spread more, half way to that,
    since so few tell it badly; at least that of a Poisson count; and the more, the fewer days the
    median has learnt from (pi / 2n of the variance).

    Arguments:
        days: relation of feed, sale_date, row_count, amount; days without rows may be missing.
        events: relation of feed, sale_date, event: the days of known events.
    Example: `volume_verdicts('days', 'obs_known_events')`
    Result: a select of one row per feed and day.
#}
{% macro volume_verdicts(days, events) %}
    with every_day as (
        select
            feed,
            explode(sequence(min(sale_date), max(sale_date), interval 1 day)) as sale_date
        from {{ days }}
        group by feed
    ),

    filled as (
        select
            every_day.feed,
            every_day.sale_date,
            date_format(every_day.sale_date, 'EEEE') as weekday,
            every_day.sale_date = last_day(every_day.sale_date) as is_month_end,
            known.event as known_event,
            coalesce(given.row_count, 0) as row_count,
            coalesce(given.amount, 0) as amount
        from every_day
        left join {{ days }} as given
            on every_day.feed = given.feed and every_day.sale_date = given.sale_date
        left join {{ events }} as known
            on every_day.feed = known.feed and every_day.sale_date = known.sale_date
    ),

    lessons as (
        select
            tested.feed,
            tested.sale_date,
            tested.weekday as tested_weekday,
            past.weekday,
            past.row_count
        from (
            select
                feed,
                sale_date,
                weekday,
                explode(sequence(1, 56)) as days_before
            from filled
        ) as tested
        inner join filled as past
            on
                tested.feed = past.feed
                and date_sub(tested.sale_date, tested.days_before) = past.sale_date
                and past.known_event is null
                and not past.is_month_end
    ),

    medians as (
        select
            feed,
            sale_date,
            weekday = tested_weekday as is_like,
            count(*) as day_count,
            median(row_count) as median_count,
            collect_list(row_count) as row_counts
        from lessons
        group by feed, sale_date, tested_weekday, weekday
    ),

    -- Each lesson's distance from the median of its own weekday, also as a share of it.
    distances as (
        select
            * except (row_counts),
            abs(taught_count - median_count) as distance,
            abs(taught_count - median_count) / greatest(median_count, 1) as share
        from medians
        lateral view explode(row_counts) as taught_count
    ),

    spreads as (
        select
            feed,
            sale_date,
            max(if(is_like, day_count, null)) as weekday_count,
            max(if(is_like and day_count >= 3, median_count, null)) as weekday_expected,
            1.4826 * median(if(is_like, distance, null)) as own_spread,
            1.4826 * median(if(day_count >= 3, share, null)) as common_share
        from distances
        group by feed, sale_date
    ),

    by_weekday as (
        select
            filled.*,
            spreads.weekday_count,
            spreads.weekday_expected,
            spreads.own_spread,
            spreads.common_share,
            if(
                filled.is_month_end and filled.known_event is null,
                filled.row_count / greatest(spreads.weekday_expected, 1),
                null
            ) as end_factor
        from filled
        left join spreads
            on filled.feed = spreads.feed and filled.sale_date = spreads.sale_date
    ),

    -- What the ends of months of the year before were of their weekdays, in order.
    month_ends as (
        select
            * except (end_factor),
            if(
                is_month_end,
                array_sort(collect_list(end_factor) over (
                    partition by feed
                    order by sale_date
                    range between interval '366' day preceding and interval '1' day preceding
                )),
                array()
            ) as end_factors,
            nullif(size(end_factors), 0) as end_count,
            (
                get(end_factors, div(end_count - 1, 2)) + get(end_factors, div(end_count, 2))
            ) / 2 as median_factor
        from by_weekday
    ),

    -- `least` and `greatest` pass over null: without ends of months the weekday alone counts.
    ranges as (
        select
            *,
            weekday_expected * median_factor as end_expected,
            3.5
            * if(is_month_end and end_count is null, 2, 1)
            * sqrt(1 + pi() / 2 / weekday_count)
            * greatest(
                common_share * weekday_expected,
                (common_share * weekday_expected + own_spread) / 2,
                sqrt(weekday_expected)
            ) as weekday_tolerance,
            3.5
            * sqrt(1 + pi() / 2 / end_count)
            * greatest(common_share * end_expected, sqrt(end_expected)) as end_tolerance
        from month_ends
    ),

    chosen as (
        select
            *,
            coalesce(end_count >= 3, false) as has_ends,
            if(has_ends, end_expected, weekday_expected) as expected_count,
            least(
                if(has_ends, null, weekday_expected - weekday_tolerance),
                end_expected - end_tolerance
            ) as lowest_count,
            greatest(
                if(has_ends, null, weekday_expected + weekday_tolerance),
                end_expected + end_tolerance
            ) as highest_count
        from ranges
    ),

    bounds as (
        select
            feed,
            sale_date,
            if(has_ends, 'month end', weekday) as like_days,
            known_event,
            row_count,
            amount,
            coalesce(if(has_ends, end_count, weekday_count), 0) as like_day_count,
            expected_count,
            -- Where ten rows or more are usual, none at all is never expected.
            greatest(lowest_count, if(expected_count >= 10, 1, 0)) as lowest_expected_count,
            highest_count as highest_expected_count
        from chosen
    )

    select
        *,
        case
            when known_event is not null then 'known event'
            when expected_count is null then 'learning'
            when row_count < lowest_expected_count then 'low'
            when row_count > highest_expected_count then 'high'
            else 'expected'
        end as verdict
    from bounds
{% endmacro %}
