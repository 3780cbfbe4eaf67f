"""200 random questions: MetricFlow, the dashboard and SQL by hand, to the cent, without Spark.

Spark answers some of them in ``tests/python/pipeline/test_pipeline.py``, and with ``make
test-questions`` 200, four ways. What agents hear of a figure is here too, for its tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import duckdb
import pytest
from browser.sample import sample_data
from browser.workspace import REPOSITORY, dashboard_settings
from fork_server import parsed_target
from metric_dashboard import dashboard, gaps
from metric_kinds import BY_MONTH, KINDS, MONTH, ROWS, all_kinds, with_all_kinds
from metric_questions import by_hand, differences, draw, given
from metric_sample import lay_out
from parsed_project import SCHEMA

from dashboards.data import buyers
from dashboards.data.store import Data
from dashboards.filters import ALL, Filters
from python_jobs.agents import tools
from python_jobs.dbt import Metric, read_metrics
from python_jobs.dbt.semantic_manifest import of_live_tables
from python_jobs.errors import P360Error
from python_jobs.metrics import answers as asking
from python_jobs.metrics.answers import Answer, Desk, compared, named
from python_jobs.metrics.question import GRAINS, Asked, understand
from python_jobs.metrics.rendering import Renderer
from python_jobs.server.thrift import Result
from python_jobs.settings import Settings

QUESTIONS = 200


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return sample_data(dashboard_settings(tmp_path_factory.mktemp("questions")), 3_000)


@pytest.fixture(scope="module")
def silver(data: Data) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        lay_out(connection, data, f"{SCHEMA}_live")
        yield connection


@pytest.fixture(scope="module")
def metrics() -> dict[str, Metric]:
    return read_metrics(REPOSITORY)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    manifest = (parsed_target() / "semantic_manifest.json").read_text("utf-8")
    return Renderer(of_live_tables(manifest), "duckdb")


@pytest.fixture(scope="module")
def every_kind() -> Renderer:
    manifest = (parsed_target() / "semantic_manifest.json").read_text("utf-8")
    return Renderer(with_all_kinds(of_live_tables(manifest)), "duckdb")


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
        grains = [one for one in drawn.asked.by if one in GRAINS]
        on_pages = dashboard(data, drawn)
        for name, mine, on_page in gaps(cells, on_pages, drawn.asked.metrics, grains):
            shown += 1
            if found := differences(mine, on_page, [metrics[name].unit]):
                wrong.append((seed, "dashboard", name, drawn.asked, found[:3]))
    assert wrong == []
    assert shown >= 40  # The others ask what no page shows.


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_metric(
    kind: str, silver: duckdb.DuckDBPyConnection, metrics: dict[str, Metric], every_kind: Renderer
) -> None:
    one, known = KINDS[kind], all_kinds(metrics)
    found = answer(silver, every_kind, known, one.asked)
    cells = {row[:1]: row[1:] for row in found.rows if row[0] == MONTH}
    assert differences(cells, one.wanted(silver), [known[one.metric].unit]) == []


def test_new_and_returning_customers_are_told_from_their_first_order(
    silver: duckdb.DuckDBPyConnection,
    renderer: Renderer,
    metrics: dict[str, Metric],
    data: Data,
) -> None:
    names = ("active_customers", "new_customers", "returning_customers")
    found = answer(silver, renderer, metrics, Asked(names, ("month",)))
    by_hand_sql = f"""
        with bought as (
            select customer_id, {BY_MONTH}::date as month, min({BY_MONTH}) over
                (partition by customer_id)::date as first_month
            {ROWS} and status = 'Completed' and customer_id is not null
        )
        select month, count(distinct customer_id), count(distinct customer_id)
            filter (month = first_month), count(distinct customer_id) filter (month > first_month)
        from bought group by month
    """
    assert sorted(found.rows) == sorted(silver.execute(by_hand_sql).fetchall())
    # The dashboard's page of buyers shows them under the same names.
    filters = Filters(period=ALL)
    split = buyers.new_and_returning(data, filters, filters.days(data.domain), "month")
    assert [(one["bucket"], one["new_customers"], one["returning_customers"]) for one in split] == [
        (month, new, returning) for month, _, new, returning in sorted(found.rows)
    ]


@pytest.mark.parametrize(
    ("is_discrete", "is_approximate", "said"),
    [
        (True, False, "Discrete percentile aggregate not supported for Spark"),
        (False, True, "Approximate continuous percentile aggregate not supported for Spark"),
    ],
)
def test_what_spark_has_no_sql_for_is_refused_in_a_line(
    is_discrete: bool, is_approximate: bool, said: str, metrics: dict[str, Metric]
) -> None:
    manifest = json.loads((parsed_target() / "semantic_manifest.json").read_text("utf-8"))
    (sold,) = [one for one in manifest["semantic_models"] if one["name"] == "sales"]
    (net,) = [one for one in sold["measures"] if one["name"] == "net_amount"]
    net |= {"agg": "percentile", "agg_params": {"percentile": 0.5}}
    net["agg_params"] |= {
        "use_discrete_percentile": is_discrete,
        "use_approximate_percentile": is_approximate,
    }
    with pytest.raises(P360Error, match=said) as refused:
        Renderer(json.dumps(manifest)).sql(understand(Asked(("net_sales",)), metrics))
    assert "\n" not in str(refused.value)


class InDuckDb:
    """Answers as the server would, from the dashboard's sample."""

    def __init__(self, silver: duckdb.DuckDBPyConnection) -> None:
        self.silver = silver

    def query(self, sql: str) -> Result:
        if sql.startswith("set "):
            return Result([], [], [])
        found = self.silver.execute(sql)
        columns = [str(column[0]) for column in found.description or ()]
        return Result(columns, [""] * len(columns), found.fetchall())


@pytest.fixture
def asks_duckdb(
    silver: duckdb.DuckDBPyConnection, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.setattr(asking, "connect", lambda _: nullcontext(InDuckDb(silver)))
    monkeypatch.setattr(Desk, "sql", lambda _, question: renderer.sql(question))
    return Settings.from_environment({}, REPOSITORY)


def test_a_figure_is_explained_by_its_rows_and_what_it_leaves_out(
    asks_duckdb: Settings, silver: duckdb.DuckDBPyConnection
) -> None:
    where = ("country in ('Spain', 'France')",)
    told = tools.explain_figure(
        asks_duckdb, Asked(("average_order_value",), where=where, start="2024-06-01")
    )
    here = f"from silver where {where[0]} and transaction_date >= '2024-06-01'"
    sold = f"{here} and disposition = 'accepted'"
    gross, orders, rows = silver.execute(
        "select sum(amount) filter (status = 'Completed'), count(*) filter (is_first_of_order and "
        f"status = 'Completed'), count(*) {sold}"
    ).fetchall()[0]
    assert told["value"] == str(round(gross / orders, 2))
    assert told["made_of"] == {"gross_sales": str(gross), "orders": orders}
    counting = f"{sold} and is_first_of_order and status = 'Completed' and amount > 0"
    largest = silver.execute(
        f"select _row_id, amount {counting} order by 2 desc limit 1"
    ).fetchall()
    assert told["rows"] == {
        "under_filters": rows,
        "not_zero": silver.execute(f"select count(*) {counting}").fetchall()[0][0],
    }
    assert len(told["largest_rows"]["rows"]) == 20
    assert [(row[0], row[2]) for row in told["largest_rows"]["rows"][:1]] == [
        (row, str(amount)) for row, amount in largest
    ]
    assert told["raw_rows"] == dict(
        silver.execute(f"select disposition, count(*) {here} group by 1").fetchall()
    )
    reasons = silver.execute(
        "select rejection_reasons[1], count(*), coalesce(sum(amount), 0) "
        f"{here} and disposition = 'quarantined' group by 1 order by 1"
    ).fetchall()
    assert len(reasons) > 1
    assert told["left_out"]["rows"] == [[one, rows, str(worth)] for one, rows, worth in reasons]


def test_what_a_figure_of_raw_rows_or_of_one_sale_leaves_out(asks_duckdb: Settings) -> None:
    told = tools.explain_figure(asks_duckdb, Asked(("quarantined_rows",)))
    assert told["value"] == told["raw_rows"]["quarantined"] > 0
    assert "left_out" not in told
    told = tools.explain_figure(asks_duckdb, Asked(("net_sales",), where=("sale <> 'x'",)))
    assert "there is no dimension 'sale'" in told["left_out"]["unknown"]
    assert "raw_rows" not in told


def test_comparisons_are_bounded(asks_duckdb: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(("net_sales",), ("day", "sale"), compare="previous-period")
    assert tools.query_metrics(asks_duckdb, asked)["is_cut"]
    monkeypatch.setattr(tools, "MOST_COMPARED", 100)
    with pytest.raises(P360Error, match="more than 100 rows of a period to compare"):
        tools.query_metrics(asks_duckdb, asked)
