"""Bursts: what counts as one, worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from python_jobs.anomalies.sales.features import with_features
from python_jobs.anomalies.sales.usuals import usuals_of
from python_jobs.server.spark_connect import connect_session
from python_jobs.settings import Settings

START = datetime(2026, 1, 1, tzinfo=UTC)
Sale = tuple[float, str | None, str | None]  # Hours since the start, customer, product.
TYPES = (
    "_row_id string, transaction_id string, customer_id string, product_id string, "
    "category string, transaction_at timestamp, quantity double, unit_price double, amount double"
)


@pytest.fixture(scope="module")
def spark(server: dict[str, str]) -> Iterator[SparkSession]:
    with connect_session(Settings.from_environment(server)) as session:
        yield session


def usual() -> list[Sale]:
    """A hundred days, of which each has eight sales two hours apart: to eight customers."""
    return [
        (24 * day + 6 + 2 * n, f"C{(day + n) % 8}", f"P{(3 * day + n) % 16}")
        for day in range(100)
        for n in range(8)
    ]


def featured(spark: SparkSession, sales: list[Sale]) -> list[Row]:
    """Return the sales with their features, in their order."""
    rows: list[tuple[Any, ...]] = [
        (f"{n:05}", f"T{n}", who, what, "Books", START + timedelta(hours=hours), 1.0, 5.0, 5.0)
        for n, (hours, who, what) in enumerate(sales)
    ]
    frame = spark.createDataFrame(rows, TYPES)
    return with_features(frame, usuals_of(frame)).orderBy("_row_id").collect()


def test_usual_sales_are_no_burst_and_six_within_minutes_are(spark: SparkSession) -> None:
    # In the night of the 50th day, 4 minutes apart; each time another product.
    night = [(24 * 50 + 3 + n / 15, "C1", f"P{n}") for n in range(6)]
    rows = featured(spark, [*usual(), *night])
    assert max(row.burst for row in rows[:800]) == 0
    for row in rows[800:]:
        assert (row.burst_of, row.burst_count) == ("customer", 6)
        # 106 moments in 99 days and 14 hours.
        assert row.burst_usual == pytest.approx(106 / (99 * 24 + 14), rel=0.1)
    # Of all 806 moments 6 fall into this hour of the day, and an even share would be 806 / 24.
    expected = 106 / (99 * 24 + 14) * 6 * 24 / 806
    deviance = 5 * math.log(5 / expected) - 9 * math.log(9 / (expected + 4))
    assert rows[800].burst == pytest.approx(math.log1p(deviance), rel=0.02)


def test_a_product_and_the_whole_shop_can_have_a_burst(spark: SparkSession) -> None:
    product = [(24 * 50 + 3 + n / 15, f"new {n}", "P1") for n in range(6)]
    shop = [(24 * 70 + 4 + n / 30, f"new {n + 6}", f"new {n}") for n in range(25)]
    rows = featured(spark, [*usual(), *product, *shop])
    assert {(row.burst_of, row.burst_count) for row in rows[800:806]} == {("product", 6)}
    assert {(row.burst_of, row.burst_count) for row in rows[806:]} == {("shop", 25)}
    assert min(row.burst for row in rows[800:]) > 2 > max(row.burst for row in rows[:800])


def test_the_lines_of_an_order_are_no_burst(spark: SparkSession) -> None:
    order = [(24 * 50 + 7, "C1", f"P{n}") for n in range(12)]
    rows = featured(spark, [*usual(), *order])
    assert max(row.burst for row in rows) == 0
    assert {row.gap_hours for row in rows[800:]} == {rows[800].gap_hours}
    assert rows[800].gap_hours > 1


def test_sales_of_nobody_are_no_customer_of_many_sales(spark: SparkSession) -> None:
    nobody: list[Sale] = [(24 * 50 + 7 + n / 15, None, None) for n in range(6)]
    rows = featured(spark, [*usual(), *nobody])
    assert {row.burst_of for row in rows[800:]} == {"shop"}
    assert {(row.gap_hours, row.category_rarity) for row in rows[800:]} == {(None, None)}


def test_a_busy_day_is_no_burst(spark: SparkSession) -> None:
    # Ten sales an hour, eight hours a day, and on one day thrice as many; no one buys twice in it.
    hours = [
        24 * day + 9 + hour + n / (30 if day == 20 else 10)
        for day in range(40)
        for hour in range(8)
        for n in range(30 if day == 20 else 10)
    ]
    rows = featured(spark, [(at, f"C{n % 211}", f"P{n % 197}") for n, at in enumerate(hours)])
    assert max(row.burst for row in rows) < 1.5
