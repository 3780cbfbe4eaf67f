"""200 random questions: MetricFlow, the dashboard and SQL by hand, to the cent, without Spark.

Spark answers some of them in ``tests/python/pipeline/test_pipeline.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from browser.sample import sample_data
from browser.workspace import REPOSITORY, dashboard_settings
from fork_server import parsed_target
from metric_questions import Cells, Drawn, by_hand, differences, draw, given
from parsed_project import SCHEMA

from dashboards.data import over_time, sales
from dashboards.data.store import Data
from dashboards.filters import ALL, CUSTOM, Filters
from python_jobs.dbt import Metric, read_metrics
from python_jobs.dbt.semantic_manifest import of_live_tables
from python_jobs.errors import P360Error
from python_jobs.metrics.answers import Answer, compared, named
from python_jobs.metrics.question import Asked, understand
from python_jobs.metrics.rendering import Renderer
from python_jobs.server.thrift import Result

QUESTIONS = 200
# What gold and silver hold, made of the tables that the dashboard's sample has.
_SILVER = """
    create table silver as
    select
        'accepted' as disposition, raw_row as _row_id, status, payment_method, quantity,
        nullif(category, '(unknown)') as category, nullif(country, '(unknown)') as country,
        nullif(customer, '(unknown)') as customer_id, nullif(product, '(unknown)') as product_id,
        sales as amount, opens_order as is_first_of_order, sale_date as transaction_date
    from semantic_sales
    union all
    select
        'quarantined', raw_row, status_raw, payment_method_raw, null,
        nullif(category_raw, '(unknown)'), nullif(country_raw, '(unknown)'),
        nullif(customer_id_raw, '(unknown)'), nullif(product_id_raw, '(unknown)'),
        readable_amount, false, sale_date
    from semantic_rejected_rows
"""
_LIVE = """
    create schema {live};
    create view {live}.silver_sales_assessed as from silver;
    create view {live}.gold_sales as
    select
        _row_id as row_id, status, payment_method, quantity, amount, is_first_of_order,
        coalesce(category, '(unknown)') as category, coalesce(country, '(unknown)') as country,
        coalesce(customer_id, '(unknown)') as customer_id,
        coalesce(product_id, '(unknown)') as product_id, transaction_date
    from silver where disposition = 'accepted';
    create view {live}.gold_sales_by_customer as
    select
        customer_id, any_value(country) as country,
        count(*) filter (status = 'Completed' and is_first_of_order) as completed_order_count,
        min(transaction_date) filter (status = 'Completed') as first_completed_date
    from {live}.gold_sales group by customer_id;
    create view {live}.semantic_days as
    with days as (select min(transaction_date) as low, max(transaction_date) as high from silver)
    select unnest(generate_series(low, high, interval 1 day))::date as day from days;
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return sample_data(dashboard_settings(tmp_path_factory.mktemp("questions")), 3_000)


@pytest.fixture(scope="module")
def silver(data: Data) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for table in ("semantic_sales", "semantic_rejected_rows"):
            connection.execute(f"create view {table} as from '{data.folder / table}.parquet'")
        connection.execute(_SILVER)
        connection.execute(_LIVE.format(live=f"{SCHEMA}_live"))
        yield connection


@pytest.fixture(scope="module")
def metrics() -> dict[str, Metric]:
    return read_metrics(REPOSITORY)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    manifest = (parsed_target() / "semantic_manifest.json").read_text("utf-8")
    return Renderer(of_live_tables(manifest), "duckdb")


def answer(
    silver: duckdb.DuckDBPyConnection, renderer: Renderer, metrics: dict[str, Metric], asked: Asked
) -> Answer:
    question = understand(asked, metrics)
    answers = []
    for one in [question, question.earlier()] if question.step else [question]:
        found = silver.execute(renderer.sql(one))
        columns = [str(column[0]) for column in found.description or ()]
        answers.append(named(question, Result(columns, [""] * len(columns), found.fetchall())))
    return compared(question, *answers) if question.step else answers[0]


def test_metricflow_the_dashboard_and_sql_by_hand_agree(
    silver: duckdb.DuckDBPyConnection,
    renderer: Renderer,
    metrics: dict[str, Metric],
    data: Data,
) -> None:
    wrong: list[Any] = []
    shown = 0
    for seed in range(QUESTIONS):
        drawn = draw(silver, seed)
        units = [metrics[name].unit for name in drawn.asked.metrics]
        cells = given(answer(silver, renderer, metrics, drawn.asked), drawn)
        if found := differences(cells, by_hand(silver, drawn), units):
            wrong.append((seed, drawn.asked, found[:3]))
        for name, on_page in dashboard(data, drawn).items():
            shown += 1
            place = drawn.asked.metrics.index(name)
            # A day without any of what is counted is 0 on one side and left out on the other.
            mine = {key: (values[place],) for key, values in cells.items() if values[place]}
            on_page = {key: values for key, values in on_page.items() if values[0]}
            if found := differences(mine, on_page, [metrics[name].unit]):
                wrong.append((seed, "dashboard", name, drawn.asked, found[:3]))
    assert wrong == []
    assert shown > 20  # The others ask what no page shows.


def dashboard(data: Data, drawn: Drawn) -> dict[str, Cells]:
    """Return what the dashboard shows of a question, by metric; nothing where no page shows it."""
    asked = drawn.asked
    if not set(drawn.kept) <= {"category", "country", "customer"} or asked.compare:
        return {}
    names = {"category": "categories", "country": "countries", "customer": "customers"}
    narrowed: Any = {names[name]: values for name, values in drawn.kept.items()}
    if asked.start and asked.end:
        narrowed |= {"period": CUSTOM, "start": _day(asked.start), "end": _day(asked.end)}
    else:
        narrowed["period"] = ALL
    filters = Filters(**narrowed)
    days = filters.days(data.domain)
    found: dict[str, Cells] = {}
    if not asked.by:
        total = sales.totals(data, filters, days)
        aside = sales.set_aside(data, filters, days)
        if total.sales + total.returns:
            found = _of_sales([((), total.amount, total.returned, total.orders)])
        if (rate := sales.rejection_rate(data, filters, days)) is not None:
            found["rejection_rate"] = {(): (rate,)}
            found["quarantined_rows"] = {(): (aside.rows,)}
            found["quarantined_value"] = {(): (aside.amount,)}
    elif asked.by in (("day",), ("week",), ("month",)):
        found = _of_sales(
            [
                ((one["bucket"],), one["amount"], one["returned"], one["orders"])
                for one in over_time.by_grain(data, filters, days, asked.by[0])
                if one["sales"] + one["returns"]
            ]
        )
    return {name: found[name] for name in asked.metrics if name in found}


def _of_sales(rows: list[Any]) -> dict[str, Cells]:
    return {
        "net_sales": {key: (net,) for key, net, _, _ in rows},
        "gross_sales": {key: (net + returned,) for key, net, returned, _ in rows},
        "returned_sales": {key: (returned,) for key, _, returned, _ in rows},
        "orders": {key: (orders,) for key, _, _, orders in rows},
    }


def _day(text: str) -> date:
    return date.fromisoformat(text)


# A question for each kind of metric, what it is grouped and filtered by, and the same by hand.
_IN_SPAIN = "country in ('Spain', 'France')"
_NET = (
    "sum(case status when 'Completed' then amount when 'Returned' then -amount else 0 end) "
    f"filter ({_IN_SPAIN})"
)
_ROWS = "from silver where disposition = 'accepted'"
_MONTH = "date_trunc('month', transaction_date)"
KINDS = {
    "simple": ("net_sales", f"select {_NET} {_ROWS} and {_MONTH} = '2025-02-01'"),
    "cumulative to date": (
        "net_sales_year_to_date",
        f"select {_NET} {_ROWS} and transaction_date between '2025-01-01' and '2025-02-28'",
    ),
    "cumulative window": (
        "net_sales_of_7_days",
        f"select {_NET} {_ROWS} and transaction_date between '2025-02-22' and '2025-02-28'",
    ),
    "previous year": (
        "net_sales_of_previous_year",
        f"select {_NET} {_ROWS} and {_MONTH} = '2024-02-01'",
    ),
    "derived with an offset": (
        "net_sales_growth",
        f"select (sum(n) filter (m = '2025-02-01') / sum(n) filter (m = '2024-02-01') - 1) from "
        f"(select {_MONTH} as m, {_NET} as n {_ROWS} group by 1)",
    ),
    "ratio": (
        "return_rate",
        f"select (sum(amount) filter (status = 'Returned'))::double / sum(amount) filter "
        f"(status = 'Completed') {_ROWS} and {_IN_SPAIN} and {_MONTH} = '2025-02-01'",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_metric(
    kind: str,
    silver: duckdb.DuckDBPyConnection,
    renderer: Renderer,
    metrics: dict[str, Metric],
) -> None:
    name, sql = KINDS[kind]
    found = answer(silver, renderer, metrics, Asked((name,), ("month",), (_IN_SPAIN,)))
    cells = {row[:1]: row[1:] for row in found.rows if row[0] == date(2025, 2, 1)}
    wanted = {(date(2025, 2, 1),): silver.execute(sql).fetchall()[0]}
    assert differences(cells, wanted, [metrics[name].unit]) == []


def test_new_and_returning_customers_are_told_from_their_first_order(
    silver: duckdb.DuckDBPyConnection, renderer: Renderer, metrics: dict[str, Metric]
) -> None:
    names = ("active_customers", "new_customers", "returning_customers")
    found = answer(silver, renderer, metrics, Asked(names, ("month",)))
    by_hand_sql = f"""
        with bought as (
            select customer_id, {_MONTH}::date as month, min({_MONTH}) over
                (partition by customer_id)::date as first_month
            {_ROWS} and status = 'Completed' and customer_id is not null
        )
        select month, count(distinct customer_id), count(distinct customer_id)
            filter (month = first_month), count(distinct customer_id) filter (month > first_month)
        from bought group by month
    """
    assert sorted(found.rows) == sorted(silver.execute(by_hand_sql).fetchall())


def test_what_spark_has_no_sql_for_is_refused_in_a_line(metrics: dict[str, Metric]) -> None:
    manifest = json.loads((parsed_target() / "semantic_manifest.json").read_text("utf-8"))
    (sold,) = [one for one in manifest["semantic_models"] if one["name"] == "sales"]
    (net,) = [one for one in sold["measures"] if one["name"] == "net_amount"]
    net |= {"agg": "percentile", "agg_params": {"percentile": 0.5}}
    net["agg_params"] |= {"use_discrete_percentile": True, "use_approximate_percentile": False}
    with pytest.raises(P360Error, match="Discrete percentile aggregate not supported") as refused:
        Renderer(json.dumps(manifest)).sql(understand(Asked(("net_sales",)), metrics))
    assert "\n" not in str(refused.value)
