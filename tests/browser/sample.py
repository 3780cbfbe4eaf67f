"""A snapshot made by SQL, in place of Spark: made-up sales whose layers add up."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dashboards.data.definitions import write_definitions
from dashboards.data.metric_words import write_metric_words
from dashboards.data.snapshot import Manifest, SnapshotFolder
from dashboards.data.store import Data, Store
from python_jobs.quarantine.cells import CELLS
from python_jobs.settings import Settings

_SALES = """
    create table semantic_sales as
    with rolled as (
        select n, hash(n) as a, hash(n + 1000003) as b, hash(n + 2000003) as c, hash(n + 3000017) as d
        from range({rows}) as t(n)
    ),
    drawn as (
        select
            'T' || lpad(n::varchar, 9, '0') as sale,
            'demo/sales.csv#' || (n + 1) as raw_row,
            date '2024-01-01' + (a % 731)::int as sale_date,
            'C' || lpad((b % {customers} * (b % 7) / 7)::int::varchar, 6, '0') as customer,
            ['Books', 'Garden', 'Kitchen', 'Office', 'Sport', 'Toys'][(c % 6 + 1)::int] as category,
            case
                -- A few customers return more than they buy.
                when b % {customers} % 13 = 3 and d % 100 < 60 then 'Returned'
                when d % 100 < 78 then 'Completed'
                when d % 100 < 87 then 'Pending'
                when d % 100 < 94 then 'Cancelled'
                else 'Returned'
            end as status,
            (1 + c % 4)::decimal(18, 3) as quantity,
            ((200 + a % 9000) / 100)::decimal(18, 6) as unit_price,
            a, b, c, d, n
        from rolled
    )
    select
        sale, 'O' || lpad((n // 2)::varchar, 9, '0') as order_number, raw_row,
        sale_date + to_seconds((b % 86400)::int) as sale_at, sale_date,
        case when n % 97 = 0 then '(unknown)' else customer end as customer,
        case when n % 97 = 0 then null else ['Ada', 'Bo', 'Chloë', 'Dan', 'Eve'][(hash(customer) % 5 + 1)::int]
            || ' ' || ['Smith', 'Ito', 'O''Hara', 'Nguyen', 'Müller', '<b>Bold</b>'][(hash(customer) % 6 + 1)::int]
        end as customer_name,
        ['Spain', 'France', 'Japan', 'Norway', '(unknown)'][(hash(customer) % 5 + 1)::int] as country,
        'P' || lpad((c % 200)::varchar, 4, '0') as product,
        category || ' item ' || (c % 200) as product_name, category,
        ['card', 'cash', 'transfer'][(d % 3 + 1)::int] as payment_method, status,
        quantity, unit_price, (quantity * unit_price)::decimal(18, 2) as sales,
        n % 2 = 0 as opens_order, false as is_corrected,
        case when n % 97 = 0 then 'customer_missing' else '' end as warnings
    from drawn order by sale_date, sale_at, raw_row
"""
_RULES = {
    "transaction_at_unreadable": "The time is no ISO 8601 date or time.",
    "amount_not_a_number": "The amount is not a number, or too large to hold.",
    "amount_not_positive": "The amount is zero or negative.",
    "amount_mismatch": "Quantity times unit price differs from the amount.",
    "status_unknown": "The status is none of Completed, Pending, Cancelled and Returned.",
    "broken_quoting": "A quote of the line is never closed.",
}
_RAW = {
    "transaction_id": "sale",
    "order_id": "order_number",
    "transaction_at": "case when undated then 'yesterday' else sale_at::varchar end",
    "customer_id": "customer",
    "customer_name": "case when n % 11 = 0 then '=cmd|calc' else customer_name end",
    "customer_email": "'(hidden: e-mail address)'",
    "product_id": "product",
    "product_name": "product_name",
    "category": "category",
    "quantity": "quantity::int::varchar",
    "unit_price": "unit_price::decimal(18, 2)::varchar",
    "amount": "case when unreadable then 'twelve' else sales::varchar end",
    "status": "status",
    "payment_method": "payment_method",
    "country": "country",
}
_REJECTED = """
    create table semantic_rejected_rows as
    with base as (
        select *, row_number() over (order by hash(sale)) as n from semantic_sales
        qualify n <= {rejected}
    ),
    judged as (
        select *, n % 6 = 0 as undated, n % 6 in (1, 7) as unreadable from base
    )
    select
        'demo/late.csv#' || n as raw_row, 'late.csv' as source_file, n as record_number,
        n + 1 as line_number, 'demo:late' as load_id, timestamp '2026-01-01 06:00:00' as loaded_at,
        [{rules}][(n % 6 + 1)::int] as first_reason,
        [{rules}][(n % 6 + 1)::int] || case when n % 10 = 3 then ', status_unknown' else '' end
            as reasons,
        '' as warnings, false as is_corrected, n % 50 = 0 as is_waived,
        null::varchar as waived_by, null::varchar as waived_because,
        case when undated then null else sale_date end as sale_date,
        case when unreadable then null else sales end as readable_amount,
        {cells},
        case when n % 6 = 5 then sale || ',"' || coalesce(customer_name, '') end as line_raw
    from judged order by n
"""
_DERIVED = (
    """create table semantic_rejections as
    select rule.reason, rule.meaning from (values {meanings}) as rule(reason, meaning)""",
    """create table observability_row_account as
    select 'client_sales' as feed, 'demo:early' as load_id, timestamp '2026-01-01 05:00:00' as loaded_at,
        {rows} + 70 as raw_count, {rows} + 70 as distinct_raw_count, {rows}::bigint as accepted_count,
        0::bigint as quarantined_count, 40::bigint as duplicate_count, 30::bigint as superseded_count,
        0::bigint as unaccounted_count
    union all
    select 'client_sales', 'demo:late', timestamp '2026-01-01 06:00:00', {rejected}, {rejected},
        0, {rejected}, 0, 0, 0""",
    """create table semantic_clean_against_quarantined as
    with days as (
        select sale_date, 1 as clean, 0 as rejected from semantic_sales
        union all select sale_date, 0, 1 from semantic_rejected_rows
    )
    select sale_date, (count(*) + case when sale_date = date '2024-01-01' then 70 else 0 end)::bigint
        as raw_rows, sum(clean)::bigint as clean_rows, sum(rejected)::bigint as quarantined_rows
    from days group by sale_date""",
    """create table observability_rule_counts as
    select 'client_sales' as feed, 'demo:late' as load_id,
        cast(row_number() over (order by rule.reason) as int) as rule_position,
        rule.reason as rule_id, rule.meaning as rule_sentence, 'quarantine' as rule_severity, true as is_applied,
        count(broken.raw_row) as broken_count, 0::bigint as accepted_count,
        count(broken.raw_row) as quarantined_count
    from semantic_rejections as rule
    left join semantic_rejected_rows as broken
        on list_contains(string_split(broken.reasons, ', '), rule.reason)
    group by rule.reason, rule.meaning""",
    """create table obs_files as
    select 'client_sales' as feed, 'in/late.csv' as file_name, 'demo:late' as load_id,
        'loaded' as status""",
    """create table semantic_customer_segments as
    with customers as (
        select customer, sum(case status when 'Completed' then sales when 'Returned' then -sales end)
            as net, count(*) filter (status = 'Completed') as orders
        from semantic_sales where customer is not null and status in ('Completed', 'Returned')
        group by customer
    )
    select if(net < 0, 'Hibernating', if(orders > 40, 'Champions', 'Loyal')) as segment,
        count(*) as number_of_customers, sum(orders)::bigint as number_of_orders,
        sum(net)::decimal(28, 2) as lifetime_value,
        (count(*) / sum(count(*)) over ())::decimal(9, 6) as customer_share,
        (sum(greatest(net, 0)) / sum(sum(greatest(net, 0))) over ())::decimal(9, 6) as value_share,
        12.5::decimal(9, 1) as average_days_since_last_order
    from customers group by 1""",
    """create table semantic_segmented_customers as
    select customer, ['Champions', 'Loyal', 'Hibernating'][(hash(customer) % 3 + 1)::int] as segment
    from semantic_sales where status = 'Completed' and customer <> '(unknown)' group by customer""",
    """create table obs_events as
    select * from (values
        ('client_sales', date '2025-11-28', date '2025-12-01', 'Black Friday & <b>more</b>', 'declared'),
        ('client_sales', date '2025-12-01', date '2025-12-01', 'Shop down', 'declared'),
        ('client_sales', date '2025-12-24', date '2026-01-02', 'Holidays', 'declared'),
        ('client_sales', date '2024-05-01', date '2024-05-01', 'Strike', 'incident'),
        ('other_feed', date '2025-12-10', date '2025-12-10', 'Not here', 'declared')
    ) as t(feed, first_date, last_date, event, told_by)""",
    """create table semantic_sales_targets as
    select 'client_sales' as feed, month_start, category,
        (1000 * (1 + month(month_start)) + coalesce(length(category), 0))::decimal(18, 2) as target
    from (
        select unnest(generate_series(date '2025-01-01', date '2026-01-01', interval 1 month))::date
            as month_start
    ) cross join (values (null), ('Books'), ('Toys')) as c(category)
    where month_start <> date '2025-11-01' and (category is null or month_start >= date '2025-06-01')
    union all select 'other_feed', date '2025-11-01', null, 7""",
    """create table live_models as
    select 'run-2' as run_id, unnest(['semantic_sales', 'semantic_rejected_rows']) as model,
        'run-2' as built_by_run_id""",
)
_SCORED = """
    create table semantic_sales_anomalies as
    select sale as transaction_id, (quantity * unit_price / 40)::double + (hash(sale) % 1000) / 1000.0 as score,
        percent_rank() over (order by score) * 100 as severity,
        score >= (select quantile_cont((quantity * unit_price / 40)::double, 0.995) from semantic_sales)
            + 0.6 as is_anomaly,
        (hash(customer) % 4)::int as cluster, score as distance,
        map {'amount': score * 0.7, 'quantity': score * 0.2, 'unit_price_to_usual': score * 0.1} as shares,
        'amount ' || round(score, 1) || ' times what this customer usually buys' as reason, 'amount' as main_feature
    from semantic_sales
"""
_RUNS = (
    """create table semantic_health_runs as select 'run-' || r as run_id, 'dbt build' as command,
        if(r = 1, '', '--select silver_sales') as selection,
        if(r = 3, 'failed', 'success') as status, timestamp '2026-01-01 05:00:00' + to_hours(r::int)
        as started_at, 61.2 as seconds, 'client_sales' as feed, 'ada' as run_by, 'abc1234' as git_commit,
        if(r = 3, 'a test failed', null) as message from range(1, 7) as t(r)""",
    """create table semantic_health_models as select 'run-' || r as run_id, 'model_' || m as model,
        if(m = 1, 'no-op', 'success') as status, null::varchar as message, (m * 1.5 + r * 0.3)::double as seconds
        from range(1, 3) as a(r), range(1, 19) as b(m)""",
    """create table semantic_health_tests as select 'run-2' as run_id, 'test_' || m as test,
        if(m = 4, 'warn', 'pass') as status, if(m = 4, 'Got 3 results', null) as message,
        0.2::double as seconds from range(1, 30) as b(m)""",
    """create table semantic_health_freshness as select 'client_sales' as feed, clock,
        31::bigint as age_hours, 36::bigint as promised_hours, 'on time' as verdict
        from (values ('sale'), ('load')) as t(clock)""",
    """create table semantic_health_volume as select sale_date, count(*) as row_count,
        if(sale_date < date '2024-01-22', 0, 2) as lowest_expected_count,
        if(sale_date < date '2024-01-22', null, 14) as highest_expected_count,
        case when sale_date < date '2024-01-22' then 'learning' when count(*) < 2 then 'low' when count(*) > 14 then 'high' else 'expected' end as verdict
        from semantic_sales group by sale_date""",
    """create table semantic_health_incidents as select 'I-7' as incident_id, 'open' as status,
        'warn' as severity, 'Test test_4 found 3 rows' as sentence, 3::bigint as row_count,
        120.50::decimal(18, 2) as amount, timestamp '2026-01-01 06:00:00' as opened_at,
        null::varchar as person""",
)


def sample_data(settings: Settings, rows: int) -> Data:
    """Write a sample with so many accepted sales, and return what a dashboard reads of it."""
    write_sample(settings, rows)
    found = Store(settings).data()
    assert found is not None
    return found


def write_sample(settings: Settings, rows: int = 5_000, *, is_scored: bool = True) -> Manifest:
    """Write a snapshot of made-up sales and make it the current one.

    Args:
        settings: Under whose ``P360_HOME``.
        rows: Accepted sales; a 25th as many more rows are rejected.
        is_scored: Whether scores and records of runs are there as well.
    """
    names = {
        "rows": rows,
        "customers": max(40, rows // 50),
        "rejected": rows // 25,
        "rules": ", ".join(f"'{rule}'" for rule in _RULES),
        "meanings": ", ".join(f"('{rule}', '{text}')" for rule, text in _RULES.items()),
        "cells": ", ".join(f"{_RAW[cell]} as {cell}_raw" for cell in CELLS),
    }
    connection = duckdb.connect()
    statements = [_SALES, _REJECTED, *_DERIVED]
    for statement in statements:
        connection.execute(statement.format(**names))
    for statement in (_SCORED, *_RUNS) if is_scored else ():
        connection.execute(statement)
    snapshots = SnapshotFolder(settings)
    folder = snapshots.new()
    counts = {}
    for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
        file = Path(folder) / f"{table}.parquet"
        connection.execute(f"copy {table} to '{file}' (format parquet, row_group_size 100000)")
        counts[table] = connection.execute(f"select count(*) from {table}").fetchall()[0][0]
    manifest = Manifest(
        run_id="run-2",
        went_live_at="2026-01-01 06:05:00",
        newest_sale_at="2025-12-31 22:00:00",
        newest_load_at="2026-01-01 06:00:00",
        taken_at=f"2026-01-01 06:06:{rows % 60:02}",
        seconds=1.0,
        feeds=("client_sales",),
        rows=counts,
    )
    write_definitions(settings, folder, set(counts))
    write_metric_words(settings, folder)
    snapshots.publish(folder, manifest)
    return manifest
