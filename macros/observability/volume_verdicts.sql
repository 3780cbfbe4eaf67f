{#
    Holds the rows of each day of a feed against like days before it: the same weekday of the last
    eight weeks. The end of a month is held against its weekday times what ends of months were of
    theirs, the median of a year; while fewer than three are known, against both, the kinder counts;
    against the first one known, nothing but its weekday, twice as leniently. The day itself and days
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
            past.weekday,
            past.row_count
        from (
            select
                feed,
                sale_date,
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
            weekday,
            count(*) as like_day_count,
            median(row_count) as expected_count,
            collect_list(row_count) as row_counts
        from lessons
        group by feed, sale_date, weekday
    ),

    -- Each lesson's distance from the median of its own like days, also as a share of it.
    distances as (
        select
            feed,
            sale_date,
            weekday,
            like_day_count,
            expected_count,
            abs(taught_count - expected_count) as distance,
            abs(taught_count - expected_count) / greatest(expected_count, 1) as share
        from medians
        lateral view explode(row_counts) as taught_count
    ),

    spreads as (
        select
            feed,
            sale_date,
            weekday,
            max(like_day_count) as like_day_count,
            max(expected_count) as expected_count,
            1.4826 * median(distance) as own_spread
        from distances
        group by feed, sale_date, weekday
    ),

    common_spreads as (
        select
            feed,
            sale_date,
            1.4826 * median(share) as common_share
        from distances
        where like_day_count >= 3
        group by feed, sale_date
    ),

    by_weekday as (
        select
            filled.*,
            spreads.like_day_count as weekday_count,
            if(spreads.like_day_count >= 3, spreads.expected_count, null) as weekday_expected,
            spreads.own_spread,
            common_spreads.common_share
        from filled
        left join spreads
            on
                filled.feed = spreads.feed
                and filled.sale_date = spreads.sale_date
                and filled.weekday = spreads.weekday
        left join common_spreads
            on filled.feed = common_spreads.feed and filled.sale_date = common_spreads.sale_date
    ),

    -- What earlier ends of months were of their weekdays.
    month_ends as (
        select
            tested.feed,
            tested.sale_date,
            count(*) as end_count,
            median(past.row_count / greatest(past.weekday_expected, 1)) as end_factor
        from by_weekday as tested
        inner join by_weekday as past
            on
                tested.feed = past.feed
                and tested.is_month_end
                and past.is_month_end
                and past.sale_date >= date_sub(tested.sale_date, 366)
                and past.sale_date < tested.sale_date
                and past.known_event is null
                and past.weekday_expected is not null
        group by tested.feed, tested.sale_date
    ),

    -- `least` and `greatest` pass over null: without ends of months the weekday alone counts.
    ranges as (
        select
            by_weekday.*,
            month_ends.end_count,
            by_weekday.weekday_expected * month_ends.end_factor as end_expected,
            3.5
            * if(by_weekday.is_month_end and month_ends.end_count is null, 2, 1)
            * sqrt(1 + pi() / 2 / by_weekday.weekday_count)
            * greatest(
                by_weekday.common_share * by_weekday.weekday_expected,
                (by_weekday.common_share * by_weekday.weekday_expected + by_weekday.own_spread) / 2,
                sqrt(by_weekday.weekday_expected)
            ) as weekday_tolerance,
            3.5
            * sqrt(1 + pi() / 2 / month_ends.end_count)
            * greatest(by_weekday.common_share * end_expected, sqrt(end_expected)) as end_tolerance
        from by_weekday
        left join month_ends
            on
                by_weekday.feed = month_ends.feed
                and by_weekday.sale_date = month_ends.sale_date
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
