"""The sales' scores as models of the graph: built, kept, asked for, rolled back, broken."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY, Scratch, scratch_project
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies.sales.kept import AS_THEY_WERE, MODEL
from python_jobs.anomalies.sales.learning import learnt_models
from python_jobs.anomalies.sales.rule import Chosen
from python_jobs.anomalies.sales.scoring import scored_sales
from python_jobs.errors import P360Error
from python_jobs.generate.files import write_sales
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings

LIVE = "{s}_live.semantic_sales_anomalies"
SCORES = (
    "select transaction_id, score, severity, is_anomaly, cluster, reason "
    "from {s}.ml_sales_anomaly_scores order by 1"
)
RUNS = (
    "select model_run_id, trained_by_run_id, decision, evaluation "
    "from {s}_live.ml_anomaly_model_runs order by model_run_id"
)
LIVE_RUN = "select run_id from {s}_live.live_run"
# What scores are made of and stand in; a run of everything is tested on the planted sales.
BUILT = ("+semantic_sales_anomalies", "+semantic_anomaly_precision", "+semantic_anomaly_clusters")
ROWS = 1_000
VERDICTS = "transaction_id,verdict,decided_by,decided_on,because"


@pytest.fixture(scope="module")
def sales(
    server: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Scratch, str]]:
    """Few sales, built without tests, then scored again, and what that printed."""
    folder = tmp_path_factory.mktemp("sales") / "project"
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    for one in scratch_project(server, folder, "scored"):
        write_sales(folder / "seeds" / "client_sales_raw.csv", ROWS, 42)
        one.edit("dbt_project.yml", "clusters: [4, 8, 16]", "clusters: [4]")
        built = one.dbt("build", *kinds, "--select", *BUILT)
        assert built.returncode == 0, built.stdout
        done = one.p360("score")
        assert done.returncode == 0, done.stderr
        yield one, done.stdout


@pytest.fixture(scope="module")
def spark(server: dict[str, str]) -> Iterator[SparkSession]:
    with connect_session(Settings.from_environment(server)) as session:
        yield session


def runs(project: Scratch) -> list[tuple[Any, ...]]:
    return project.query(RUNS)


def test_each_accepted_sale_has_one_score(sales: tuple[Scratch, str]) -> None:
    project, printed = sales
    rows = project.query("select transaction_id from {s}.silver_sales")
    scored = project.query(f"select transaction_id from {LIVE} where is_scored")
    assert sorted(scored) == sorted(rows)
    assert f"{len(rows):,} sales scored" in printed
    flagged = project.query(f"select count(*) from {LIVE} where is_anomaly")
    assert flagged == [(math.ceil(len(rows) * 0.005),)]


def test_the_tables_have_the_columns_that_they_declare(sales: tuple[Scratch, str]) -> None:
    project, _ = sales
    files = sorted((REPOSITORY / "models" / "ml").glob("*.yml"))
    assert len(files) == 3
    for file in files:
        (model,) = yaml.safe_load(file.read_text("utf-8"))["models"]
        actual = project.query(f"describe {{s}}.{model['name']}")
        declared = [(column["name"], column["data_type"]) for column in model["columns"]]
        assert [(name, kind) for name, kind, _ in actual] == declared


def test_the_kept_model_scores_again_and_the_scorings_are_recorded(
    sales: tuple[Scratch, str],
) -> None:
    project, printed = sales
    first, second = runs(project)
    assert first[:3] == (first[0], first[0], "trained: no model is kept")
    assert second[1:3] == (first[0], "kept: the sales are as they were")
    assert "(budget 0.5%; model kept: the sales are as they were)" in printed
    recorded = project.query(
        "select get_json_object(record, '$.model_run_id') from {s}_records.records "
        "where kind = 'scoring' order by 1"
    )
    assert recorded == [(first[0],), (second[0],)]
    assert project.query("select distinct model_run_id from {s}_live.gold_scored_sales") == [
        (second[0],)
    ]


def test_a_rollback_takes_a_scoring_back(sales: tuple[Scratch, str]) -> None:
    project, _ = sales
    before, run, history = project.query(SCORES), project.query(LIVE_RUN), runs(project)
    assert project.dbt("run", "--full-refresh", "--select", "ml_anomaly_models+").returncode == 0
    assert [one[2] for one in runs(project)[2:]] == ["trained: --full-refresh"]
    assert project.query(SCORES) == before
    assert project.p360("rollback").returncode == 0
    assert project.query(LIVE_RUN) == run
    assert runs(project) == history
    live = "select distinct model_run_id from {s}_live.ml_sales_anomaly_scores"
    assert project.query(live) == [(history[-1][0],)]
    # The next scoring goes on from what is live, not from what was built last.
    assert project.p360("score").returncode == 0
    assert runs(project)[:2] == history
    assert runs(project)[2][1:3] == (history[0][0], "kept: the sales are as they were")
    assert project.query(SCORES) == before


def test_a_verdict_trains_and_an_earlier_model_can_be_asked_for(
    sales: tuple[Scratch, str],
) -> None:
    project, _ = sales
    before, first = project.query(SCORES), runs(project)[0][0]
    top = max(before, key=lambda row: row[1])[0]
    feedback = project.folder / "seeds" / "anomaly_feedback.csv"
    feedback.write_text(f"{VERDICTS}\n{top},expected,Ann,2026-01-02,a fair\n", "utf-8")
    # A budget is another threshold, so another model; it is the reason that is told first.
    done = project.p360("score", "--budget", "20/day")
    assert done.returncode == 0, done.stderr
    assert "budget 20/day; model trained: budget changed" in done.stdout
    assert top not in {row[0] for row in project.query(SCORES) if row[3]}
    bad = project.p360("score", "--model-run", "nope")
    assert bad.returncode == 1
    assert "no model run nope is kept" in bad.stderr
    assert "Traceback" not in bad.stderr
    done = project.p360("score", "--model-run", first)
    assert done.returncode == 0, done.stderr
    after = project.query(SCORES)
    assert [row[1:3] for row in after] == [row[1:3] for row in before]
    assert {row[0] for row in before if row[3]} - {row[0] for row in after if row[3]} == {top}
    newest = runs(project)[-1]
    assert newest[1:3] == (first, f"asked for the model of {first}")
    assert json.loads(newest[3])["expected"] == 1
    judged = (
        "select sum(judged_count), sum(expected_count) from {s}_live.semantic_anomaly_precision"
    )
    assert project.query(judged) == [(1, 1)]


def test_what_if_writes_nothing(sales: tuple[Scratch, str]) -> None:
    project, _ = sales
    tables = project.query("show tables in {s}_store")
    told = project.p360("score", "--what-if", "budget=2%")
    rows = project.query("select count(*) from {s}.ml_sales_anomaly_scores")[0][0]
    assert told.returncode == 0, told.stderr
    would = math.ceil(rows * 0.02)
    assert f"2% would flag {would - 1}" in told.stdout or f"2% would flag {would}" in told.stdout
    assert project.query("show tables in {s}_store") == tables


def test_each_model_is_built_by_itself(sales: tuple[Scratch, str]) -> None:
    project, _ = sales
    history = runs(project)
    for model in ("ml_sales_anomaly_scores", "ml_anomaly_model_runs"):
        done = project.dbt("run", "--select", model)
        assert done.returncode == 0, done.stdout
    assert runs(project) == history  # The scoring is still the one of its model.


def test_nothing_goes_live_where_a_sale_has_no_score(sales: tuple[Scratch, str]) -> None:
    project, _ = sales
    run = project.query(LIVE_RUN)
    model = "models/ml/ml_sales_anomaly_scores.py"
    scored = "return scored_sales(sales, models, feedback, dbt.live)"
    project.edit(model, scored, f"{scored}.where(\"_row_id not like '%1'\")")
    done = project.p360("score")
    project.edit(model, f"{scored}.where(\"_row_id not like '%1'\")", scored)
    assert done.returncode == 1
    assert "ml_sales_anomaly_scores__each_accepted_sale_is_scored" in done.stderr
    assert project.query(LIVE_RUN) == run


def test_empty_builds_leave_everything_as_it_is(sales: tuple[Scratch, str]) -> None:
    project, _ = sales
    run, history = project.query(LIVE_RUN), runs(project)
    done = project.dbt("run", "--empty", "--select", "ml_anomaly_models+")
    assert done.returncode == 0, done.stdout
    assert project.query("select count(*) from {s}.ml_sales_anomaly_scores") == [(0,)]
    assert (project.query(LIVE_RUN), runs(project)) == (run, history)


def chosen(run_id: str, **changes: Any) -> Chosen:
    options = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text("utf-8"))["vars"]
    one = Chosen.of(run_id, options["anomalies"] | {"clusters": [1, 2]})
    return replace(one, **changes)


class Scorings:
    """Scorings of some sales without dbt: each goes on from the one before."""

    def __init__(self, spark: SparkSession, project: Scratch) -> None:
        self.spark, self.schema = spark, project.schema
        self.feedback = spark.createDataFrame([], "transaction_id string, verdict string")
        self.live = f"{self.schema}.no_such_table"

    def score(self, sales: DataFrame, one: Chosen) -> tuple[str, str, int]:
        """Return the run that trained, the decision, and the number of scores."""
        models = learnt_models(sales, self.feedback, self.live, one)
        self.live = f"{self.schema}.learnt_{one.run_id}"
        models.write.mode("overwrite").saveAsTable(self.live)
        written = self.spark.table(self.live)
        scores = scored_sales(sales, written, self.feedback).count()
        (used,) = written.where((f.col("kind") == MODEL) & f.col("is_in_use")).collect()
        return used.trained_by_run_id, used.decision, scores


def test_a_small_load_is_scored_by_the_kept_model(
    sales: tuple[Scratch, str], spark: SparkSession
) -> None:
    project, _ = sales
    every = spark.table(f"{project.schema}.silver_sales").persist()
    scorings = Scorings(spark, project)

    def part(thousandths: int) -> DataFrame:
        return every.where(f"pmod(xxhash64(_row_id), 1000) < {thousandths}")

    assert scorings.score(part(970), chosen("r1"))[:2] == ("r1", "trained: no model is kept")
    trained, decision, scores = scorings.score(part(975), chosen("r2"))
    assert trained == "r1"
    assert decision.endswith("% of the sales are new, too few to shift anything")
    assert scores == part(975).count()
    trained, decision, _ = scorings.score(every, chosen("r3"))
    assert trained == "r1"
    assert decision.endswith("% of the sales are new, and nothing has shifted")
    trained, decision, _ = scorings.score(part(600), chosen("r4"))
    assert trained == "r4"
    assert "of the sales are new (above 10 %)" in decision
    dear = part(580).withColumn("amount", f.col("amount") * 5)
    trained, decision, _ = scorings.score(dear, chosen("r5"))
    assert (trained, decision[:8]) == ("r5", "trained:")
    assert "shifted (PSI" in decision
    # A model that this code cannot read any more, and a table of other columns.
    unread, narrow = f"{project.schema}.unread", f"{project.schema}.narrow"
    kept = spark.table(scorings.live)
    kept.withColumn("model", f.lit("{}")).write.saveAsTable(unread)
    kept.drop("id").write.saveAsTable(narrow)
    scorings.live = unread
    decided = scorings.score(dear, chosen("r6"))
    assert decided[:2] == ("r6", "trained: the kept model cannot be read")
    scorings.live = unread
    with pytest.raises(P360Error, match="has other features than sales have now"):
        scorings.score(dear, chosen("r7", model_run="r5"))
    scorings.live = narrow
    assert scorings.score(dear, chosen("r8"))[:2] == ("r8", "trained: no model is kept")
    every.unpersist()


def test_scores_of_the_same_sales_are_given_again(
    sales: tuple[Scratch, str], spark: SparkSession
) -> None:
    project, _ = sales
    some = spark.table(f"{project.schema}.silver_sales").limit(200).persist()
    scorings = Scorings(spark, project)
    scorings.score(some, chosen("r1"))
    live = f"{project.schema}.scores_of_r1"
    scores = scored_sales(some, spark.table(scorings.live), scorings.feedback)
    scores.withColumn("score", f.lit(1000.0)).write.saveAsTable(live)
    assert scorings.score(some, chosen("r2"))[1] == AS_THEY_WERE
    models = spark.table(scorings.live)
    again = scored_sales(some, models, scorings.feedback, live)
    assert again.columns == scores.columns
    assert again.groupBy("score", "model_run_id").count().collect() == [(1000.0, "r2", 200)]
    # Not where another run has scored since.
    scorings.score(some, chosen("r3"))
    anew = scored_sales(some, spark.table(scorings.live), scorings.feedback, live)
    assert anew.where("score = 1000.0").count() == 0
    some.unpersist()


def test_one_sale_of_nobody_has_a_score(sales: tuple[Scratch, str], spark: SparkSession) -> None:
    project, _ = sales
    nobody = f.lit(None).cast("string")
    one = spark.table(f"{project.schema}_live.silver_sales").limit(1)
    one = one.withColumns({"customer_id": nobody, "product_id": nobody, "category": nobody})
    one.write.saveAsTable(f"{project.schema}.one_sale")
    scorings = Scorings(spark, project)
    alone = scorings.score(spark.table(f"{project.schema}.one_sale"), chosen("one"))
    assert alone == ("one", "trained: no model is kept", 1)


def test_no_sales_have_no_scores_and_keep_what_is_kept(
    sales: tuple[Scratch, str], spark: SparkSession
) -> None:
    project, _ = sales
    every = spark.table(f"{project.schema}_live.silver_sales")
    feedback = spark.createDataFrame([], "transaction_id string, verdict string")
    live = f"{project.schema}_live.ml_anomaly_models"
    none = every.where("false")
    first = learnt_models(none, feedback, f"{project.schema}.no_such_table", chosen("r1"))
    kept = learnt_models(none, feedback, live, chosen("r1"))
    assert first.schema.simpleString().count(":") > 10
    assert set(first.columns) == set(kept.columns)
    assert (first.count(), kept.count()) == (0, spark.table(live).count())
    for models in (first, kept):
        scores = scored_sales(none, models, feedback)
        assert scores.columns[:3] == ["_row_id", "transaction_id", "score"]
        assert scores.count() == 0
    with pytest.raises(P360Error, match="ml_anomaly_models holds no model for these sales"):
        scored_sales(every, first, feedback)
