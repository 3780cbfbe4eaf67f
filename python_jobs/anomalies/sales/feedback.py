"""People's verdicts on sales: the seed ``anomaly_feedback``."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from python_jobs.errors import P360Error

EXPECTED, ERROR = "expected", "error"
_SEED = "anomaly_feedback"


def checked_verdicts(rows: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Return the verdict by transaction id.

    dbt's tests of the seed say the same; `dbt run` does without them.

    Args:
        rows: Transaction id and verdict of each line.

    Raises:
        P360Error: A line has no transaction, another verdict, or repeats a transaction.
    """
    verdicts: dict[str, str] = {}
    for transaction, verdict in rows:
        if not transaction:
            raise P360Error(
                f"a line of {_SEED} names no transaction_id; fill it in or delete the line"
            )
        if verdict not in (EXPECTED, ERROR):
            raise P360Error(
                f"{_SEED}: the verdict on {transaction} is '{verdict or ''}'; write {EXPECTED} or "
                f"{ERROR}"
            )
        if transaction in verdicts:
            raise P360Error(
                f"{_SEED} judges {transaction} a second time; keep one line for each sale"
            )
        verdicts[transaction] = verdict
    return verdicts


def with_verdicts(sales: DataFrame, feedback: DataFrame) -> DataFrame:
    """Add ``feedback``, the verdict on a sale or null, and ``is_expected``.

    Args:
        sales: Rows with a ``transaction_id``.
        feedback: What ``verdicts_of`` returned.
    """
    joined = sales.join(f.broadcast(feedback), "transaction_id", "left")
    expected = f.coalesce(f.col("feedback") == EXPECTED, f.lit(False))
    return joined.withColumn("is_expected", expected)


def verdicts_of(seed: DataFrame) -> DataFrame:
    """Return the columns ``transaction_id`` and ``feedback`` of the seed's rows."""
    return seed.select(
        f.trim("transaction_id").alias("transaction_id"), f.trim("verdict").alias("feedback")
    )
