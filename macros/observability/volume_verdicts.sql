{#
    Holds the rows of each day of a feed against like days before it: the same weekday of the last
    eight weeks, or the ends of months of the last year once three are known. The day itself and days
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
            if(past.is_month_end, 'month end', past.weekday) as like_days,
            past.row_count
        from (
            select
                feed,
                sale_date,
                explode(sequence(1, if(is_month_end, 366, 56))) as days_before
            from filled
        ) as tested
        inner join filled as past
            on
                tested.feed = past.feed
                and date_sub(tested.sale_date, tested.days_before) = past.sale_date
                and past.known_event is null
                and (tested.days_before <= 56 or past.is_month_end)
    ),

    medians as (
        select
            feed,
            sale_date,
            like_days,
            count(*) as like_day_count,
            median(row_count) as expected_count,
            collect_list(row_count) as row_counts
        from lessons
        group by feed, sale_date, like_days
    ),

    -- Each lesson's distance from the median of its own like days, also as a share of it.
    distances as (
        select
            feed,
            sale_date,
            like_days,
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
            like_days,
            max(like_day_count) as like_day_count,
            max(expected_count) as expected_count,
            1.4826 * median(distance) as own_spread
        from distances
        group by feed, sale_date, like_days
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

    -- Until three ends of months are known, one is held against its weekday, twice as leniently.
    held_against as (
        select
            filled.*,
            if(ends.like_day_count >= 3, 'month end', filled.weekday) as like_days,
            if(filled.is_month_end and coalesce(ends.like_day_count, 0) < 3, 2, 1) as leniency
        from filled
        left join spreads as ends
            on
                filled.feed = ends.feed
                and filled.sale_date = ends.sale_date
                and ends.like_days = 'month end'
                and filled.is_month_end
    ),

    ranges as (
        select
            held_against.feed,
            held_against.sale_date,
            held_against.like_days,
            held_against.known_event,
            held_against.row_count,
            held_against.amount,
            coalesce(spreads.like_day_count, 0) as like_day_count,
            if(spreads.like_day_count >= 3, spreads.expected_count, null) as expected_count,
            3.5 * held_against.leniency * sqrt(1 + pi() / 2 / spreads.like_day_count) * greatest(
                common_spreads.common_share * spreads.expected_count,
                (common_spreads.common_share * spreads.expected_count + spreads.own_spread) / 2,
                sqrt(spreads.expected_count)
            ) as tolerance
        from held_against
        left join spreads
            on
                held_against.feed = spreads.feed
                and held_against.sale_date = spreads.sale_date
                and held_against.like_days = spreads.like_days
        left join common_spreads
            on
                held_against.feed = common_spreads.feed
                and held_against.sale_date = common_spreads.sale_date
    ),

    bounds as (
        select
            * except (tolerance),
            -- Where ten rows or more are usual, none at all is never expected.
            greatest(expected_count - tolerance, if(expected_count >= 10, 1, 0))
                as lowest_expected_count,
            expected_count + tolerance as highest_expected_count
        from ranges
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
