"""What is usual for whom: a small table that a model keeps, so that it judges later as it did."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

_SECONDS_PER_HOUR = 3_600
_ERROR = 0.03  # Relative standard deviation of a count of moments.


def usuals_of(sales: DataFrame) -> DataFrame:
    """Return what is usual for each product, customer, category, hour and in all.

    Nothing hangs on the order of rows: medians are exact.

    Args:
        sales: Rows of silver_sales.

    Returns:
        One row per ``kind`` and id, of these kinds:

        - ``product``: ``unit_price``, ``quantity`` and ``amount``, medians; ``sale_count``.
        - ``customer``: ``quantity`` and ``amount``, medians; ``gap_hours``, the mean time between
          two moments of sale; ``sale_count``.
        - ``customer_category`` (``other_id`` is the category): ``sale_count``.
        - ``category``, ``hour`` (0 to 23, UTC) and ``all``: as for customers.

        ``moment_count``: different times of sale, counted to within a few per cent
        (HyperLogLog++), which is exact enough for a rate and needs no second pass.
    """
    known = sales.where("customer_id is not null")
    hour = f.hour("transaction_at").cast("string")
    parts = [
        _grouped(sales, "product", f.col("product_id")),
        _grouped(known, "customer", f.col("customer_id")),
        _grouped(known, "customer_category", f.col("customer_id"), f.col("category")),
        _grouped(sales, "category", f.col("category")),
        _grouped(sales, "hour", hour),
        _grouped(sales, "all", f.lit("all")),
    ]
    return reduce(DataFrame.unionByName, parts)


def _grouped(sales: DataFrame, kind: str, this: Column, other: Column | None = None) -> DataFrame:
    count = f.count("*")
    moments = f.approx_count_distinct("transaction_at", _ERROR)
    seconds = f.unix_timestamp(f.max("transaction_at")) - f.unix_timestamp(f.min("transaction_at"))
    ids = {"id": this, "other_id": f.lit(None).cast("string") if other is None else other}
    only_counted = kind == "customer_category"
    numbers = {
        "unit_price": f.lit(None) if only_counted else f.median(f.col("unit_price").cast("double")),
        "quantity": f.lit(None) if only_counted else f.median(f.col("quantity").cast("double")),
        "amount": f.lit(None) if only_counted else f.median(f.col("amount").cast("double")),
        "gap_hours": f.lit(None)
        if only_counted
        else f.try_divide(seconds, (moments - 1) * f.lit(_SECONDS_PER_HOUR)),
    }
    grouped = sales.groupBy(*(column.alias(name) for name, column in ids.items())).agg(
        *(number.cast("double").alias(name) for name, number in numbers.items()),
        count.alias("sale_count"),
        (f.lit(None).cast("bigint") if only_counted else moments).alias("moment_count"),
    )
    return grouped.select(f.lit(kind).alias("kind"), "*")
