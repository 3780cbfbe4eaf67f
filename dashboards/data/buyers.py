"""Questions about who buys: new and returning customers, and cohorts by month of first sale."""

from __future__ import annotations

from typing import Any

from dashboards.data.conditions import counted_statuses, is_taken_off, measures, sales_where
from dashboards.data.over_time import bucket_of, buckets
from dashboards.data.sales import UNKNOWN
from dashboards.data.store import Data
from dashboards.days import Days
from dashboards.filters import Filters


def _firsts(statuses: tuple[str, ...]) -> str:
    """Return SQL of the day of each customer's first sale, whatever it was of."""
    return (
        "select customer as buyer, min(sale_date) as first_date from semantic_sales "
        "where status in (select unnest($counted)) "
        f"and not ({is_taken_off(statuses)}) and customer <> $unknown group by customer"
    )


def new_and_returning(data: Data, filters: Filters, days: Days, grain: str) -> list[dict[str, Any]]:
    """Return the amounts of new, returning and unknown customers for each bucket.

    Columns: ``bucket``, ``new``, ``returning``, ``nobody`` (sales without a customer), and
    ``new_customers``, ``returning_customers``. A customer is new in the bucket of the first sale;
    the three amounts add up to that of the bucket. As in the metrics, who only returned something
    is no customer of the bucket; the return is in the amount all the same.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    here, first = bucket_of(data, "sale_date", grain), bucket_of(data, "first_date", grain)
    off = is_taken_off(statuses)
    amount = f"case when {off} then -sales else sales end"
    return data.rows(
        f"""
        with days as ({buckets(data, grain)}),
        firsts as ({_firsts(statuses)}),
        told as (
            select {here} as bucket, customer, {amount} as amount, not ({off}) as is_bought,
                case when customer = $unknown then 'nobody'
                    when {here} <= {first} or first_date is null then 'new' else 'returning'
                end as kind
            from semantic_sales left join firsts on customer = buyer where {where}
        ),
        summed as (
            select bucket, sum(amount) filter (kind = 'new') as new,
                sum(amount) filter (kind = 'returning') as returning_,
                sum(amount) filter (kind = 'nobody') as nobody,
                count(distinct customer) filter (kind = 'new' and is_bought) as new_customers,
                count(distinct customer) filter (kind = 'returning' and is_bought)
                    as returning_customers
            from told group by bucket
        )
        select bucket, coalesce(new, 0) as new, coalesce(returning_, 0) as returning,
            coalesce(nobody, 0) as nobody, coalesce(new_customers, 0) as new_customers,
            coalesce(returning_customers, 0) as returning_customers
        from days left join summed using (bucket) order by bucket
        """,
        parameters | {"counted": list(statuses), "unknown": UNKNOWN},
    )


def period_split(data: Data, filters: Filters, days: Days) -> dict[str, Any]:
    """Return ``new`` and ``returning`` customers of a period, and their ``*_amount``.

    New ones had their first sale in the period. Who only returned something is in the amount, but
    no customer of the period.
    """
    statuses = counted_statuses(filters)
    where, parameters = sales_where(filters, days, statuses)
    return data.row(
        f"""
        with firsts as ({_firsts(statuses)}),
        bought as (
            select customer, {measures(statuses)} from semantic_sales
            where {where} and customer <> $unknown group by customer
        )
        select count(*) filter (first_date >= $start and sales > 0) as new,
            count(*) filter (first_date < $start and sales > 0) as returning,
            coalesce(sum(amount) filter (first_date >= $start), 0) as new_amount,
            coalesce(sum(amount) filter (first_date < $start), 0) as returning_amount
        from bought inner join firsts on customer = buyer
        """,
        parameters | {"counted": list(statuses), "unknown": UNKNOWN},
    )


def cohorts(data: Data, filters: Filters) -> list[dict[str, Any]]:
    """Return how many customers of each month of first sale bought again, month by month.

    Columns: ``cohort`` (first day of the month), ``age`` (months since; 0 is all of them) and
    ``customers``. The period is left aside, other filters say which sales count.
    """
    statuses = counted_statuses(filters)
    everything = Days(data.domain.first, data.domain.last)
    where, parameters = sales_where(filters, everything, statuses)
    return data.rows(
        f"""
        with active as (
            select distinct customer, cast(date_trunc('month', sale_date) as date) as month
            from semantic_sales
            where {where} and not ({is_taken_off(statuses)}) and customer <> $unknown
        ),
        firsts as (select customer, min(month) as cohort from active group by customer)
        select cohort, date_diff('month', cohort, month) as age, count(*) as customers
        from active inner join firsts using (customer) group by 1, 2 order by 1, 2
        """,
        parameters | {"unknown": UNKNOWN},
    )
