"""Scoring on the real server: any table, then the sales with everything behind them."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from conftest import Scratch
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f

from python_jobs.anomalies import AnomalyConfig, AnomalyModel, score_anomalies
from python_jobs.anomalies.kmeans import silhouette
from python_jobs.anomalies.sales.features import FEATURES
from python_jobs.anomalies.sales.sentences import sentence
from python_jobs.anomalies.training import collect_training_rows
from python_jobs.errors import P360Error
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings

FEW = AnomalyConfig(clusters=(1, 3))


@pytest.fixture(scope="module")
def spark(server: dict[str, str]) -> Iterator[SparkSession]:
    with connect_session(Settings.from_environment(server)) as session:
        yield session


def made_up(rows: int = 400) -> dict[str, Any]:
    """Two crowds, and ten rows apart from both that stand close together."""
    chance = np.random.default_rng(5)
    values = chance.normal(size=(rows, 3))
    values[rows // 2 :, 0] += 8
    values[:10] = chance.normal(size=(10, 3)) * 0.1 + np.array([4, 9, -9])
    return {"id": np.arange(rows), **{name: values[:, n] for n, name in enumerate("abc")}}


def by_id(frame: DataFrame) -> list[Row]:
    return frame.orderBy("id").collect()


def test_outliers_that_stand_together_are_found(spark: SparkSession) -> None:
    scored = score_anomalies(spark.createDataFrame(pa.table(made_up())), ["a", "b", "c"])
    rows = by_id(scored.scores)
    best = sorted(rows, key=lambda row: -row.score)[:10]
    assert {row.id for row in best} == set(range(10))
    for row in rows:
        assert sum(row.shares.values()) == row.score
        assert 0 <= row.severity <= 100
        assert row.is_anomaly == (row.score > scored.model.threshold)
    assert sum(row.is_anomaly for row in rows) == 2  # 0.5 % of 400


def test_neither_order_nor_units_change_a_rank(spark: SparkSession) -> None:
    data = made_up()
    frame = spark.createDataFrame(pa.table(data))
    scores = [row.score for row in by_id(score_anomalies(frame, ["a", "b", "c"], FEW).scores)]
    turned = score_anomalies(frame.orderBy(f.xxhash64("id")), ["a", "b", "c"], FEW).scores
    assert [row.score for row in by_id(turned)] == scores
    units = {**data, "a": data["a"] * 1000, "b": data["b"] / 7 + 273.15}
    other = score_anomalies(spark.createDataFrame(pa.table(units)), ["a", "b", "c"], FEW).scores
    assert np.argsort([row.score for row in by_id(other)]).tolist() == np.argsort(scores).tolist()


def test_a_stored_model_scores_the_same_and_rows_stay_rows(spark: SparkSession) -> None:
    frame = spark.createDataFrame(pa.table(made_up(100)))
    doubled = frame.unionByName(frame)
    scored = score_anomalies(doubled, ["a", "b", "c"], FEW)
    stored = AnomalyModel.from_json(scored.model.to_json())
    again = score_anomalies(doubled, ["a", "b", "c"], model=stored, before=stored)
    first, second = by_id(scored.scores), by_id(again.scores)
    assert len(first) == 200
    assert first == second
    assert again.drift is not None
    assert max(again.drift.features.values()) == 0
    with pytest.raises(P360Error, match="the model uses the features a, b, c, not a, b"):
        score_anomalies(frame, ["a", "b"], model=stored)


@pytest.mark.parametrize(
    "column",
    [[1.0], [5.0] * 50, [1.0, 2.0, 3.0] * 20, [math.nan] * 30, [None, 1.0, math.inf, 4.0] * 9],
    ids=["one row", "constant", "three values", "no number", "blank and infinite"],
)
def test_poor_columns_get_a_result(spark: SparkSession, column: list[float | None]) -> None:
    data = {"x": pa.array(column, pa.float64()), "y": pa.array([7] * len(column))}
    rows = score_anomalies(spark.createDataFrame(pa.table(data)), ["x", "y"]).scores.collect()
    assert len(rows) == len(column)
    assert all(math.isfinite(row.score) and math.isfinite(row.distance) for row in rows)


def test_two_hundred_features(spark: SparkSession) -> None:
    values = np.random.default_rng(2).normal(size=(300, 200))
    values[0] += 3
    names = [f"f {n}.x" for n in range(200)]
    frame = spark.createDataFrame(pa.table(dict(zip(names, values.T, strict=True))))
    rows = score_anomalies(frame, names, FEW).scores.select("score", "shares").collect()
    assert max(rows, key=lambda row: row.score) == rows[0]
    assert sum(rows[0].shares.values()) == rows[0].score


def test_what_cannot_be_judged_is_one_clear_line(spark: SparkSession) -> None:
    frame = spark.sql("select 1 as a, 'x' as b, 2.0 as score")
    for features, words in (
        (["b"], "column 'b' is string, not a number"),
        (["z"], "there is no column 'z'"),
        ([], "no features are given"),
        (["a", "a"], "column 'a' appears twice"),
        (["a"], "has a column 'score' already"),
    ):
        with pytest.raises(P360Error, match=words):
            score_anomalies(frame, features)
    with pytest.raises(P360Error, match="no rows to train on"):
        score_anomalies(spark.sql("select 1 as a where false"), ["a"])


def test_a_large_table_is_learnt_from_a_sample_of_its_own(spark: SparkSession) -> None:
    config = AnomalyConfig(most_rows=1000, ids=("id",))
    segment = f.lit(None).cast("string").alias("_segment")
    rows = spark.range(20_000).select("id", f.array(f.col("id").cast("double")).alias("_features"))
    values, _ = collect_training_rows(rows.select("*", segment), 1, config)
    again, _ = collect_training_rows(rows.orderBy(f.desc("id")).select("*", segment), 1, config)
    assert sorted(values.ravel()) == sorted(again.ravel())
    assert 900 <= len(values) <= 1100
    # Most rows alike: the sample keeps the shares.
    few = spark.range(20_000).select(
        f.array((f.col("id") % 10 == 0).cast("double")).alias("_features"), segment
    )
    values, _ = collect_training_rows(few, 1, AnomalyConfig(most_rows=1000))
    assert 990 <= len(values) <= 1010
    assert values.mean() == pytest.approx(0.1, abs=0.01)


def test_silhouette_is_that_of_spark(spark: SparkSession) -> None:
    from pyspark.ml.evaluation import ClusteringEvaluator
    from pyspark.ml.functions import array_to_vector

    points = np.array([made_up(60)[name] for name in "abc"]).T
    labels = (points[:, 0] > 4).astype(np.int64)
    frame = spark.createDataFrame(
        [(row.tolist(), float(label)) for row, label in zip(points, labels, strict=True)],
        "cells array<double>, prediction double",
    ).select(array_to_vector(f.col("cells")).alias("features"), "prediction")
    assert silhouette(points, labels, 2) == pytest.approx(ClusteringEvaluator().evaluate(frame))


@pytest.mark.parametrize(
    ("feature", "changes", "words"),
    [
        (
            "quantity_to_customer",
            {"sale_quantity": 80.0},
            "quantity 40 times what this customer usually buys",
        ),
        (
            "amount_to_customer",
            {"sale_amount": 25.0},
            "amount 1/4 of what this customer usually spends",
        ),
        (
            "price_to_product",
            {"unit_price": 9.0},
            "unit price 10 % below what this product usually costs",
        ),
        ("price_to_product", {"usual_price": None}, "unusual unit price"),
        ("amount", {"sale_amount": 750.0}, "amount 15 times what is usual in its category"),
        ("quantity", {"sale_quantity": 5.0}, "quantity 2.5 times what is usual in its category"),
        ("hour_rarity", {}, "sold between 23 and 00 o'clock UTC, when few sales are made"),
        ("gap_to_customer", {"gap_hours": 0.1}, "bought 6 minutes after the customer's last sale"),
        ("gap_to_customer", {"gap_hours": 96.0}, "bought 4 days after the customer's last sale"),
        ("category_rarity", {}, "1 of this customer's 28 sales are in the category Books"),
    ],
)
def test_the_sentence_for_each_kind(
    spark: SparkSession, feature: str, changes: dict[str, Any], words: str
) -> None:
    assert feature in FEATURES
    sale = {
        "sale_quantity": 2.0,
        "usual_quantity": 2.0,
        "category_quantity": 2.0,
        "sale_amount": 100.0,
        "usual_amount": 100.0,
        "category_amount": 50.0,
        "unit_price": 10.0,
        "usual_price": 10.0,
        "gap_hours": 24.0,
        "hour": 23,
        "category_count": 1,
        "customer_count": 28,
        "segment": "Books",
    } | changes
    kinds = {"hour": "int", "segment": "string"}
    kinds |= dict.fromkeys(("category_count", "customer_count"), "bigint")
    types = ", ".join(f"{name} {kinds.get(name, 'double')}" for name in sale)
    frame = spark.createDataFrame([tuple(sale.values())], types)
    assert frame.select(sentence(f.lit(feature))).collect()[0][0] == words


def test_a_csv_file_keeps_its_rows_order_and_text(scratch: Scratch, tmp_path: Path) -> None:
    source, target = tmp_path / "in put.csv", tmp_path / "out.csv"
    lines = [["id", "a", "b.c", "note"]]
    chance = np.random.default_rng(4)
    for number in range(300):
        lines.append(
            [f"{number % 7:03}", f" {chance.normal():.3f}", str(chance.integers(9)), 'say "hi",\n2']
        )
    lines[5][1:3] = ["", "NaN"]
    lines.append(["x", "1e3", "4", ""])
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    words = ("score", "--table", str(source), "--out", str(target), "--budget", "1%")
    done = scratch.p360(*words, "--features", "a,b.c")
    assert done.returncode == 0, done.stderr
    assert "301 rows scored" in done.stdout
    assert "4 of them flagged" in done.stdout
    with target.open(encoding="utf-8", newline="") as file:
        written = list(csv.reader(file))
    added = ["score", "severity", "is_anomaly", "cluster", "distance", "shares"]
    assert written[0] == lines[0] + added
    assert [row[:4] for row in written[1:]] == lines[1:]
    for row in written[1:]:
        assert sum(json.loads(row[-1]).values()) == float(row[4])
    assert max(written[1:], key=lambda row: float(row[4]))[0] == "x"
    for features, said in (
        ("note", "column 'note' holds 'say"),
        ("nope", "there is no column 'nope'; the file has id, a, b.c, note"),
    ):
        bad = scratch.p360(*words, "--features", features)
        assert (bad.returncode, "Traceback" in bad.stderr) == (1, False)
        assert said in bad.stderr
