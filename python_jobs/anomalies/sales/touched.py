"""Which sales a kept model must score anew: those that changed, and those that these touch.

By a kept model, a score hangs on the sale, on what was usual when the model was trained, and on the
sales near it (``bursts.with_moments``): those of its customer, those of its product within half an
hour, and how many moments its hour of the clock has. So a changed sale, one that is gone among
them, touches the sales of its customer, of its product in this hour and the two beside it, and of
its hour. What is near a touched sale in its turn is needed to score it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as f

from python_jobs.anomalies.sales.features import JUDGED_COLUMNS, fingerprint

# With more touched sales than that, to score all costs less than to find out what is near them.
MOST_SHARE, MOST = 0.05, 500_000


@dataclass(frozen=True)
class Touched:
    """What must be scored anew, as small tables in the session.

    Attributes:
        ids: ``_row_id`` of the touched sales, and of those that are gone.
        needed: The touched sales and those near them, which their features hang on.
    """

    ids: DataFrame
    needed: DataFrame


def touched_sales(sales: DataFrame, before: DataFrame, before_fingerprint: str) -> Touched | None:
    """Return what sales to score anew, given what they were; None where all must be.

    Args:
        sales: Rows of silver_sales.
        before: Rows of silver_sales as they were scored.
        before_fingerprint: Their ``fingerprint``, else they are not those that were scored.
    """
    now, then = _sums(sales), _sums(before)
    if str(sum(int(row.fingerprint) for row in then.values())) != before_fingerprint:
        return None
    count = sum(row.sale_count for row in now.values())
    most = min(MOST_SHARE * count, MOST)
    loads = sorted({one for one in now.keys() | then.keys() if now.get(one) != then.get(one)})
    changed = _changed(sales, before, loads).localCheckpoint()
    if changed.count() > most:
        return None
    narrow = _with_hour(sales.select(*JUDGED_COLUMNS))
    touched = _with_any(
        narrow, _customers(changed), _products(changed), changed.select("_hour").distinct()
    ).localCheckpoint()
    if touched.count() > most:
        return None
    ids = touched.select("_row_id")
    needed = _with_any(narrow, _customers(touched), _products(touched), ids)
    return Touched(ids.union(changed.select("_row_id")).distinct(), needed)


def _sums(sales: DataFrame) -> dict[str, Row]:
    """Return for each load how many sales it has, and their fingerprint."""
    sums = sales.groupBy("_load_id").agg(
        f.count("*").alias("sale_count"), fingerprint().alias("fingerprint")
    )
    return {row._load_id: row for row in sums.collect()}


def _changed(sales: DataFrame, before: DataFrame, loads: list[str]) -> DataFrame:
    """Return the sales of some loads that are only in one of both tables, with their hour."""
    signed = [
        frame.where(f.col("_load_id").isin(loads)).select(
            *JUDGED_COLUMNS, f.lit(sign).alias("sign")
        )
        for frame, sign in ((sales, 1), (before, -1))
    ]
    sums = signed[0].union(signed[1]).groupBy(*JUDGED_COLUMNS).agg(f.sum("sign").alias("sign"))
    return _with_hour(sums.where("sign <> 0").drop("sign"))


def _with_hour(sales: DataFrame) -> DataFrame:
    return sales.withColumn("_hour", f.date_trunc("hour", "transaction_at"))


def _customers(sales: DataFrame) -> DataFrame:
    return sales.select("customer_id").where("customer_id is not null").distinct()


def _products(sales: DataFrame) -> DataFrame:
    """Return each product with the hours of its sales and those beside them."""
    hours: list[Column] = [f.expr(f"_hour + interval {hours} hours") for hours in (-1, 0, 1)]
    beside = sales.select("product_id", f.explode(f.array(*hours)).alias("_hour"))
    return beside.where("product_id is not null").distinct()


def _with_any(sales: DataFrame, *keys: DataFrame) -> DataFrame:
    """Return the sales that have one of the keys, each a table of different rows."""
    flags = [f"_is_{number}" for number in range(len(keys))]
    for flag, key in zip(flags, keys, strict=True):
        marked = f.broadcast(key.withColumn(flag, f.lit(True)))
        sales = sales.join(marked, key.columns, "left")
    found = reduce(or_, (f.col(flag).isNotNull() for flag in flags))
    return sales.where(found).drop(*flags)
