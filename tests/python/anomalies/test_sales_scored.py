"""The sales' scores as models of the graph: built, kept, asked for, rolled back, broken."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY, Scratch, scratch_project
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from scorings import Scorings, chosen

from python_jobs.anomalies.sales import scoring, touched
from python_jobs.anomalies.sales.kept import AS_THEY_WERE
from python_jobs.anomalies.sales.learning import learnt_models
from python_jobs.anomalies.sales.rule import Chosen
from python_jobs.anomalies.sales.scoring import scored_sales
from python_jobs.errors import P360Error
from python_jobs.generate.files import write_sales
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings

Rows = list[tuple[Any, ...]]

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
JUDGED = "select sum(judged_count), sum(expected_count) from {s}_live.semantic_anomaly_precision"
# What scores are made of and stand in; a run of everything is tested on the planted sales.
BUILT = ("+semantic_sales_anomalies", "+semantic_anomaly_precision", "+semantic_anomaly_clusters")
ROWS = 1_000
VERDICTS = "transaction_id,verdict,decided_by,decided_on,because"


@dataclass(frozen=True)
class Step:
    """What a command printed, and what was live after it."""

    printed: str
    scores: Rows
    runs: Rows
    judged: Rows


@dataclass(frozen=True)
class Story:
    """A project, and four scorings of its sales, each live in its turn.

    Attributes:
        project: Few sales.
        top: The sale that is most unusual by the first scoring, and expected by the verdict.
        built: The first scoring, by a build without tests.
        judged: With a verdict and another budget.
        asked_for: With the verdict, by the model of the first.
        again: After a rollback to the first, the verdict withdrawn.
    """

    project: Scratch
    top: str
    built: Step
    judged: Step
    asked_for: Step
    again: Step


@pytest.fixture(scope="module")
def story(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("sales") / "project"
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    for one in scratch_project(server, folder, "scored"):
        write_sales(folder / "seeds" / "client_sales_raw.csv", ROWS, 42)
        one.edit("dbt_project.yml", "clusters: [4, 8, 16]", "clusters: [4]")
        done = one.dbt("build", *kinds, "--select", *BUILT)
        assert done.returncode == 0, done.stdout
        built = look(one, done.stdout)
        top, first = max(built.scores, key=lambda row: row[1])[0], built.runs[0][0]
        feedback = folder / "seeds" / "anomaly_feedback.csv"
        none = feedback.read_text("utf-8")
        feedback.write_text(f"{VERDICTS}\n{top},expected,Ann,2026-01-02,a fair\n", "utf-8")
        judged = score(one, "--budget", "20/day")
        asked_for = score(one, "--model-run", first)
        assert one.p360("rollback", first).returncode == 0
        assert runs(one) == built.runs
        live = "select distinct model_run_id from {s}_live.ml_sales_anomaly_scores"
        assert one.query(live) == [(first,)]
        feedback.write_text(none, "utf-8")
        yield Story(one, top, built, judged, asked_for, again=score(one))


@pytest.fixture
def sales(story: Story) -> Scratch:
    """The project of the story, scored by the model that it kept."""
    return story.project


@pytest.fixture(scope="module")
def spark(server: dict[str, str]) -> Iterator[SparkSession]:
    with connect_session(Settings.from_environment(server)) as session:
        yield session


def score(project: Scratch, *words: str) -> Step:
    done = project.p360("score", *words)
    assert done.returncode == 0, done.stderr
    return look(project, done.stdout)


def look(project: Scratch, printed: str) -> Step:
    return Step(printed, project.query(SCORES), runs(project), project.query(JUDGED))


def runs(project: Scratch) -> Rows:
    return project.query(RUNS)


def flagged(step: Step) -> set[str]:
    return {row[0] for row in step.scores if row[3]}


def test_each_accepted_sale_has_one_score(story: Story) -> None:
    project = story.project
    rows = project.query("select transaction_id from {s}.silver_sales")
    scored = project.query(f"select transaction_id from {LIVE} where is_scored")
    assert sorted(scored) == sorted(rows)
    assert f"{len(rows):,} sales scored" in story.again.printed
    assert len(flagged(story.again)) == math.ceil(len(rows) * 0.005)


def test_the_tables_have_the_columns_that_they_declare(sales: Scratch) -> None:
    files = sorted((REPOSITORY / "models" / "ml").glob("*.yml"))
    assert len(files) == 3
    for file in files:
        (model,) = yaml.safe_load(file.read_text("utf-8"))["models"]
        actual = sales.query(f"describe {{s}}.{model['name']}")
        declared = [(column["name"], column["data_type"]) for column in model["columns"]]
        assert [(name, kind) for name, kind, _ in actual] == declared


def test_the_next_scoring_goes_on_from_what_is_live(story: Story) -> None:
    """Not from what was built last, which a rollback took back."""
    assert [run[2] for run in story.built.runs] == ["trained: no model is kept"]
    first, second = story.again.runs
    assert [first] == story.built.runs
    assert second[1:3] == (first[0], "kept: the sales are as they were")
    assert "(budget 0.5%; model kept: the sales are as they were)" in story.again.printed
    assert story.again.scores == story.built.scores
    live = "select distinct model_run_id from {s}_live.gold_scored_sales"
    assert story.project.query(live) == [(second[0],)]


def test_each_scoring_is_recorded(story: Story) -> None:
    recorded = story.project.query(
        "select get_json_object(record, '$.model_run_id') from {s}_records.records "
        "where kind = 'scoring' order by 1"
    )
    steps = (story.built, story.judged, story.asked_for, story.again)
    assert recorded == [(step.runs[-1][0],) for step in steps]


def test_a_verdict_and_a_budget_train(story: Story) -> None:
    # A budget is another threshold, so another model; it is the reason that is told first.
    assert "budget 20/day; model trained: budget changed" in story.judged.printed
    assert story.top not in flagged(story.judged)


def test_an_earlier_model_can_be_asked_for(story: Story) -> None:
    before, after = story.built, story.asked_for
    first = before.runs[0][0]
    assert [row[1:3] for row in after.scores] == [row[1:3] for row in before.scores]
    assert flagged(before) - flagged(after) == {story.top}
    newest = after.runs[-1]
    assert newest[1:3] == (first, f"asked for the model of {first}")
    assert json.loads(newest[3])["expected"] == 1
    assert after.judged == [(1, 1)]


def test_what_if_writes_nothing(sales: Scratch) -> None:
    tables = sales.query("show tables in {s}_store")
    told = sales.p360("score", "--what-if", "budget=2%")
    rows = sales.query("select count(*) from {s}.ml_sales_anomaly_scores")[0][0]
    assert told.returncode == 0, told.stderr
    would = math.ceil(rows * 0.02)
    assert f"2% would flag {would - 1}" in told.stdout or f"2% would flag {would}" in told.stdout
    assert sales.query("show tables in {s}_store") == tables


def test_scores_are_built_without_their_models(sales: Scratch) -> None:
    history = runs(sales)
    done = sales.dbt("run", "--select", "ml_sales_anomaly_scores", "ml_anomaly_model_runs")
    assert done.returncode == 0, done.stdout
    assert runs(sales) == history  # The scoring is still the one of its model.


def test_nothing_goes_live_where_a_sale_has_no_score(sales: Scratch) -> None:
    run = sales.query(LIVE_RUN)
    model = "models/ml/ml_sales_anomaly_scores.py"
    scored = "return scored_sales(sales, models, feedback, dbt.live)"
    sales.edit(model, scored, f"{scored}.where(\"_row_id not like '%1'\")")
    done = sales.dbt("build", "--select", "ml_sales_anomaly_scores")
    sales.edit(model, f"{scored}.where(\"_row_id not like '%1'\")", scored)
    assert done.returncode == 1
    assert re.search("FAIL .*ml_sales_anomaly_scores__each_accepted_sale_is_scored", done.stdout)
    assert sales.query(LIVE_RUN) == run


def test_empty_builds_leave_everything_as_it_is(sales: Scratch) -> None:
    run, history = sales.query(LIVE_RUN), runs(sales)
    done = sales.dbt("run", "--empty", "--select", "project_360.ml")
    assert done.returncode == 0, done.stdout
    assert sales.query("select count(*) from {s}.ml_sales_anomaly_scores") == [(0,)]
    assert (sales.query(LIVE_RUN), runs(sales)) == (run, history)


def test_a_small_load_is_scored_by_the_kept_model(sales: Scratch, spark: SparkSession) -> None:
    every = spark.table(f"{sales.schema}.silver_sales").persist()
    scorings = Scorings(spark, sales)

    def part(thousandths: int) -> DataFrame:
        return every.where(f"pmod(xxhash64(_row_id), 1000) < {thousandths}")

    def learn(sales: DataFrame, one: Chosen) -> tuple[str, str]:
        used = scorings.learn(sales, one)
        return used.trained_by_run_id, used.decision

    assert learn(part(970), chosen("r1")) == ("r1", "trained: no model is kept")
    trained, decision = learn(part(975), chosen("r2"))
    assert trained == "r1"
    assert decision.endswith("% of the sales are new, too few to shift anything")
    assert scorings.scores(part(975)).count() == part(975).count()
    trained, decision = learn(every, chosen("r3"))
    assert trained == "r1"
    assert decision.endswith("% of the sales are new, and nothing has shifted")
    dear = every.withColumn("amount", f.col("amount") * 5)
    shifted = scorings.learn(dear, chosen("r5"))
    assert (shifted.trained_by_run_id, shifted.decision[:8]) == ("r5", "trained:")
    assert "shifted (PSI" in shifted.decision
    # A model that this code cannot read any more, and a table of other columns.
    unread, narrow = f"{sales.schema}.unread", f"{sales.schema}.narrow"
    kept = spark.table(scorings.live)
    kept.withColumn("model", f.lit("{}")).write.saveAsTable(unread)
    kept.drop("id").write.saveAsTable(narrow)
    scorings.live = unread
    anew = scorings.learn(dear, chosen("r6"))
    assert anew.decision == "trained: the kept model cannot be read"
    assert anew.model_fingerprint == shifted.model_fingerprint  # Of the same sales, the same.
    scorings.live = unread
    with pytest.raises(P360Error, match="has other features than sales have now"):
        learn(dear, chosen("r7", model_run="r5"))
    scorings.live = narrow
    assert learn(part(100), chosen("r8")) == ("r8", "trained: no model is kept")
    every.unpersist()


def test_scores_of_the_same_sales_are_given_again(sales: Scratch, spark: SparkSession) -> None:
    some = spark.table(f"{sales.schema}.silver_sales").limit(200).persist()
    scorings = Scorings(spark, sales)
    scorings.learn(some, chosen("r1"))
    live = f"{sales.schema}.scores_of_r1"
    scores = scorings.scores(some)
    scores.withColumn("score", f.lit(1000.0)).write.saveAsTable(live)
    assert scorings.learn(some, chosen("r2")).decision == AS_THEY_WERE
    again = scorings.scores(some, live)
    assert again.columns == scores.columns
    assert again.groupBy("score", "model_run_id").count().collect() == [(1000.0, "r2", 200)]
    # Not where another run has scored since.
    scorings.learn(some, chosen("r3"))
    assert scorings.scores(some, live).where("score = 1000.0").count() == 0
    some.unpersist()


def test_only_changed_sales_and_those_that_they_touch_are_scored_anew(
    sales: Scratch, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "FEW", 0)
    monkeypatch.setattr(touched, "MOST_SHARE", 1)
    every = spark.table(f"{sales.schema}_live.silver_sales")
    hundredth = f.pmod(f.xxhash64("_row_id"), f.lit(100))
    # A year in one month and few products, so that sales have neighbours; some are of nobody.
    now = every.withColumns(
        {
            "transaction_at": f.timestamp_seconds(f.unix_timestamp("transaction_at") % 2_678_400),
            "product_id": f.concat(f.lit("P"), (hundredth % 5).cast("string")),
            "customer_id": f.when(hundredth < 80, f.col("customer_id")),
            "part": hundredth,
        }
    )
    amount = f.when(f.col("part") == 1, f.col("amount") * 2).otherwise(f.col("amount"))
    then = now.withColumn("amount", amount.cast("decimal(18, 2)"))
    before = f"{sales.schema}_before"
    spark.sql(f"create schema {before}")
    then.where("part <> 2").write.saveAsTable(f"{before}.silver_sales")
    now.where("part <> 3").write.saveAsTable(f"{before}.now")
    then, now = spark.table(f"{before}.silver_sales"), spark.table(f"{before}.now")
    scorings = Scorings(spark, sales)
    scorings.learn(then, chosen("r1"))
    spark.table(scorings.live).write.saveAsTable(f"{before}.ml_anomaly_models")
    live = f"{before}.ml_sales_anomaly_scores"
    scores = scorings.scores(then).withColumn("segment", f.concat(f.lit("as it was, "), "segment"))
    scores.write.saveAsTable(live)

    assert scorings.learn(now, chosen("r2")).decision.startswith("kept: ")
    again, anew = read(scorings.scores(now, live)), read(scorings.scores(now))
    taken_over = {one: row for one, row in again.items() if "as it was" in row[-1]}
    for one, row in taken_over.items():
        taken_over[one] = (*row[:-1], row[-1].removeprefix("as it was, "))
    assert again | taken_over == anew
    assert len(anew) // 4 < len(taken_over) < len(anew) * 3 // 4
    # Where other sales are live than were scored last, all are scored.
    now.write.mode("overwrite").saveAsTable(f"{before}.silver_sales")
    assert read(scorings.scores(now, live)) == anew


def read(scores: DataFrame) -> dict[str, tuple[Any, ...]]:
    """Return the scores by row."""
    names = ("score", "severity", "is_anomaly", "cluster", "distance", "reason", "segment")
    return {row[0]: tuple(row[1:]) for row in scores.select("_row_id", *names).collect()}


def test_one_sale_of_nobody_has_a_score(sales: Scratch, spark: SparkSession) -> None:
    nobody = f.lit(None).cast("string")
    one = spark.table(f"{sales.schema}_live.silver_sales").limit(1)
    one = one.withColumns({"customer_id": nobody, "product_id": nobody, "category": nobody})
    one.write.saveAsTable(f"{sales.schema}.one_sale")
    scorings = Scorings(spark, sales)
    alone = spark.table(f"{sales.schema}.one_sale")
    assert scorings.learn(alone, chosen("one")).decision == "trained: no model is kept"
    assert scorings.scores(alone).count() == 1


def test_no_sales_have_no_scores_and_keep_what_is_kept(sales: Scratch, spark: SparkSession) -> None:
    every = spark.table(f"{sales.schema}_live.silver_sales")
    feedback = spark.createDataFrame([], "transaction_id string, verdict string")
    live = f"{sales.schema}_live.ml_anomaly_models"
    none = every.where("false")
    first = learnt_models(none, feedback, f"{sales.schema}.no_such_table", chosen("r1"))
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
