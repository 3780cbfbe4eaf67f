"""Scoring on the real server: any table, then the sales with everything behind them."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
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


def test_where_all_rows_are_left_out_they_are_learnt_from(spark: SparkSession) -> None:
    frame = spark.sql("select double(id % 7) as x, true as is_out from range(50)")
    config = replace(FEW, left_out="is_out")
    assert score_anomalies(frame, ["x"], config).model.training_rows == 50


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
        ("quantity", {"sale_quantity": 80_995.0}, "80,995 pieces; this product usually sells 3"),
        # Of a product that sells by the hundred that is no reason.
        (
            "quantity",
            {"sale_quantity": 400.0, "product_quantity": 380.0},
            "400 pieces; a sale in this category usually has 2",
        ),
        (
            "quantity",
            {"sale_quantity": 1.0, "product_sale_count": 4, "category_quantity": None},
            "1 piece; a sale usually has 5",
        ),
        ("quantity", {"sale_quantity": 3.2}, "3.2 pieces; a sale in this category usually has 2"),
        (
            "amount",
            {"sale_amount": 750.0},
            "amount 750.00; this product usually brings 30.00 a sale",
        ),
        (
            "amount",
            {"sale_amount": 750.0, "product_amount": 700.0},
            "amount 750.00; a sale in this category usually brings 50.00",
        ),
        (
            "amount",
            {"product_amount": None, "category_amount": None, "all_amount": None},
            "amount 100.00",
        ),
        (
            "quantity_to_customer",
            {"sale_quantity": 80.0},
            "80 pieces; this customer usually buys 2.5",
        ),
        (
            "quantity_to_customer",
            {"sale_quantity": 80.0, "customer_count": 1},
            "80 pieces; customers usually buy 2.5",
        ),
        (
            "amount_to_customer",
            {"sale_amount": 1250.0},
            "amount 1,250.00; this customer usually spends 100.00",
        ),
        (
            "price_to_product",
            {"unit_price": 0.003},
            "unit price 0.003; this product usually costs 10.00",
        ),
        ("price_to_product", {"usual_price": None}, "unit price 10.00"),
        ("hour_rarity", {}, "at 23:12 UTC; only 2 of this shop's 4,379 sales fall into that hour"),
        (
            "hour_rarity",
            {"hour_sale_count": 1000},
            "at 23:12 UTC; 1,000 of this shop's 4,379 sales fall into that hour",
        ),
        (
            "gap_to_customer",
            {"gap_hours": 0.1},
            "6 minutes after this customer's last sale; usually 4 days pass",
        ),
        (
            "gap_to_customer",
            {"gap_hours": 24.0},
            "24 hours after this customer's last sale; usually 4 days pass",
        ),
        (
            "category_rarity",
            {},
            "category Books; only 1 of this customer's 28 sales and 12 % of all sales are in it",
        ),
        (
            "burst",
            {},
            "this customer bought 6 times within an hour; usually once in 12 days",
        ),
        (
            "burst",
            {"burst_of": "product", "burst_usual": 3.0},
            "this product sold 6 times within an hour; usually 3 times",
        ),
        (
            "burst",
            {"burst_of": "shop", "burst_count": 41, "burst_usual": 0.4},
            "this shop sold 41 times between 23:00 and 00:00 UTC; usually 0.4 times",
        ),
    ],
)
def test_the_sentence_for_each_kind(
    spark: SparkSession, feature: str, changes: dict[str, Any], words: str
) -> None:
    assert feature in FEATURES
    sale = {
        "sale_quantity": 2.0,
        "usual_quantity": 2.5,
        "product_quantity": 3.0,
        "category_quantity": 2.0,
        "all_quantity": 5.0,
        "sale_amount": 100.0,
        "usual_amount": 100.0,
        "product_amount": 30.0,
        "category_amount": 50.0,
        "all_amount": 60.0,
        "unit_price": 10.0,
        "usual_price": 10.0,
        "gap_hours": 24.0,
        "usual_gap_hours": 96.0,
        "burst_usual": 1 / (12 * 24),
        "burst_count": 6,
        "burst_of": "customer",
        "hour": 23,
        "transaction_at": datetime(2026, 3, 1, 23, 12, tzinfo=UTC),
        "hour_sale_count": 2,
        "product_sale_count": 9,
        "category_sale_count": 525,
        "all_sale_count": 4379,
        "category_count": 1,
        "customer_count": 28,
        "segment": "Books",
    } | changes
    kinds = {"hour": "int", "transaction_at": "timestamp"}
    kinds |= dict.fromkeys(("segment", "burst_of"), "string")
    types = ", ".join(
        f"{name} {kinds.get(name, 'bigint' if name.endswith('_count') else 'double')}"
        for name in sale
    )
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
