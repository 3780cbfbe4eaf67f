"""Bursts: many sales of one product, to one customer or of the whole shop within an hour.

Sales at the same moment are the lines of one order, so moments are counted, not sales. With n
other moments within half an hour before and after (the shop: within the same hour of the clock),
where λ are usual, a burst is ``ln(1 + deviance)`` of the greatest deviance of the three::

    n ln(n / λ) - (n + r) ln((n + r) / (λ + r))        0 where n is not above λ

It is half the unit deviance of a negative binomial distribution (McCullagh and Nelder 1989,
"Generalized Linear Models"): about -ln of the probability of so many, where the rate itself varies
from day to day by ``1 / sqrt(r)``, so that a busy season is no burst.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as f

BURST_COLUMNS = ("burst_of", "burst_count", "burst_usual")

_EVER, _HALF_AN_HOUR = Window.unboundedPreceding, 1_800_000_000  # Microseconds.
_HOURS_PER_DAY = 24
_STEADINESS = 4.0  # r: what is usual in an hour is off by a half, on one day or another.


def with_moments(sales: DataFrame, every: DataFrame) -> DataFrame:
    """Add how many moments of sale lie near each sale's, and when its customer bought before.

    One sort by customer, one by product, and a count by hour, which is small.

    Args:
        sales: ``customer_id``, ``product_id``, ``transaction_at`` and others.
        every: All sales of the shop, from which hours are counted.

    Returns:
        The sales with ``customer_moments``, ``product_moments`` (within half an hour before and
        after) and ``shop_moments`` (within the same hour of the clock), each with the sale's own,
        and ``customer_before``, the last earlier moment of its customer. Where no customer or no
        product is known, its columns are null, and its id is one for each hour: else one task
        would sort all sales without a customer.
    """
    moment, clock = f.unix_micros("transaction_at"), f.date_trunc("hour", "transaction_at")
    by_hour = every.groupBy(clock.alias("_hour")).agg(
        f.size(f.collect_set(moment)).alias("shop_moments")
    )
    sales = sales.withColumns(
        {
            "_at": moment,
            "_hour": clock,
            "_is_customer": f.col("customer_id").isNotNull(),
            "_is_product": f.col("product_id").isNotNull(),
        }
    )
    for name in ("product", "customer"):
        # No id begins with a line end.
        nobody = f.concat(f.lit("\n"), f.col("_hour").cast("string"))
        sales = sales.withColumn(f"{name}_id", f.coalesce(f.col(f"{name}_id"), nobody))
        by_time = Window.partitionBy(f"{name}_id").orderBy("_at")
        earlier = f.lag("_at").over(by_time)
        is_new = f.when(earlier.isNull() | (earlier < f.col("_at")), 1).otherwise(0)
        before = f.max("transaction_at").over(by_time.rangeBetween(_EVER, -1))
        near = f.sum("_is_new").over(by_time.rangeBetween(-_HALF_AN_HOUR, _HALF_AN_HOUR))
        is_known = f.col(f"_is_{name}")
        sales = sales.withColumns({"_is_new": is_new, f"{name}_before": before}).withColumns(
            {
                f"{name}_moments": f.when(is_known, near),
                f"{name}_before": f.when(is_known, f.col(f"{name}_before")),
            }
        )
    return sales.drop("product_before").join(f.broadcast(by_hour), "_hour", "left")


def with_burst(sales: DataFrame) -> DataFrame:
    """Add the feature ``burst``, and ``BURST_COLUMNS``, which its sentence needs.

    Args:
        sales: What ``with_moments`` gave, and what is usual: ``product_moment_count`` and so on for
            ``customer``, ``hour`` and ``all``, ``all_gap_hours``.

    Returns:
        The sales with ``burst`` (null where nothing is known); ``burst_of``: ``customer``,
        ``product`` or ``shop``; ``burst_count``: the moments within the hour; ``burst_usual``: how
        many are usual, of the shop at this hour of the day.
    """
    span = f.col("all_gap_hours") * (f.col("all_moment_count") - 1)
    hours = f.greatest(span, f.lit(1.0))
    at_this_hour = f.coalesce(f.col("hour_moment_count"), f.lit(1))
    # Of all moments of a day, so many times an even share fall into this hour.
    rush = at_this_hour * _HOURS_PER_DAY / f.col("all_moment_count")
    usual = {
        "customer": f.coalesce(f.col("customer_moment_count"), f.lit(1)) / hours,
        "product": f.coalesce(f.col("product_moment_count"), f.lit(1)) / hours,
        "shop": at_this_hour * _HOURS_PER_DAY / hours,
    }
    found = [
        f.struct(
            _deviance(f.col(f"{name}_moments") - 1, rate if name == "shop" else rate * rush),
            f.lit(name).alias("of"),
            f.col(f"{name}_moments").alias("count"),
            rate.alias("usual"),
        )
        for name, rate in usual.items()
    ]
    sales = sales.withColumn("_burst", f.array_max(f.array(*found)))
    return sales.withColumns(
        {
            "burst": f.log1p("_burst.deviance"),
            **{name: f.col(f"_burst.{name[6:]}") for name in BURST_COLUMNS},
        }
    )


def _deviance(others: Column, usual: Column) -> Column:
    """Return the deviance of so many from what is usual, 0 where it is not above."""
    steady = f.lit(_STEADINESS)
    value = others * f.ln(others / usual) - (others + steady) * f.ln(
        (others + steady) / (usual + steady)
    )
    return f.when((others > 0) & (others > usual), value).when(others >= 0, 0.0).alias("deviance")
