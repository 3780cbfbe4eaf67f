"""What is said of a sale in numbers, each against what is usual.

==================== ==============================================================================
amount               worth of the sale; on the scale of its category
quantity             pieces; on the scale of its category
price_to_product     ln(unit price / median price of the product)
quantity_to_customer ln(quantity / usual quantity of the customer)
amount_to_customer   ln(amount / usual amount of the customer)
hour_rarity          -ln(share of all sales that fall into this hour of the day)
gap_to_customer      ln((1 h + time since the customer bought before) / (1 h + usual)); the lines of
                     an order, which share a moment, have the same
category_rarity      -ln(share of the customer's sales that fall into this category)
burst                many sales of its customer, its product or the shop within an hour (bursts.py)
==================== ==============================================================================

What is usual of a customer with few sales leans on all customers, as if they had made
``_BORROWED`` sales more: ``(n * own + b * all) / (n + b)`` of logarithms, and of shares.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from python_jobs.anomalies.sales.bursts import BURST_COLUMNS, with_burst, with_moments

FEATURES = (
    "amount",
    "quantity",
    "price_to_product",
    "quantity_to_customer",
    "amount_to_customer",
    "hour_rarity",
    "gap_to_customer",
    "category_rarity",
    "burst",
)
# What of a sale its score is worked out from.
JUDGED_COLUMNS = (
    *("_row_id", "transaction_id"),
    *("customer_id", "product_id", "category", "transaction_at", "quantity", "unit_price"),
    "amount",
)
# What of a sale, and of what is usual, its sentence says.
_SAID = (
    *("transaction_at", "hour", "gap_hours", "unit_price", "usual_price", "usual_quantity"),
    *("usual_amount", "usual_gap_hours", "product_quantity", "product_amount"),
    *("product_sale_count", "category_quantity", "category_amount", "all_quantity", "all_amount"),
    *("all_sale_count", "hour_sale_count", "category_sale_count", *BURST_COLUMNS),
)
_BORROWED = 3
_SECONDS_PER_HOUR = 3_600


def fingerprint() -> Column:
    """Return a checksum of what all sales are judged by, which their order does not change."""
    return f.sum(f.xxhash64(*JUDGED_COLUMNS).cast("decimal(38, 0)")).cast("string")


def with_features(sales: DataFrame, usuals: DataFrame, every: DataFrame | None = None) -> DataFrame:
    """Return the sales with their features, in the columns ``FEATURES``.

    Args:
        sales: Rows of silver_sales, all of them: gaps and bursts hang on a sale's neighbours.
        usuals: What ``usuals_of`` gave, of these sales or of earlier ones.
        every: All of them, where ``sales`` are only some and what is near these.

    Returns:
        One row per sale: ids, ``segment`` (its category), features (null where nothing is known),
        and what sentences need.
    """
    sales = sales.select(
        *("_row_id", "transaction_id", "customer_id", "product_id", "category", "transaction_at"),
        *(f.col(name).cast("double").alias(name) for name in ("quantity", "unit_price", "amount")),
        f.hour("transaction_at").alias("hour"),
    )
    moments = with_moments(sales, sales if every is None else every)
    return _features(_with_usuals(moments, usuals))


def _with_usuals(sales: DataFrame, usuals: DataFrame) -> DataFrame:
    """Join what is usual for the sale's product, customer and so on, each under its own names."""

    def of_kind(kind: str, numbers: tuple[str, ...], **ids: Column) -> DataFrame:
        """Return the numbers of a kind as ``<kind>_<number>``, beside its ids."""
        own = (f.col(name).alias(f"{kind}_{name}") for name in numbers)
        named = (column.alias(name) for name, column in ids.items())
        return usuals.where(f.col("kind") == kind).select(*named, *own)

    this, medians = f.col("id"), ("quantity", "amount")
    counts = ("sale_count", "moment_count")
    product = of_kind("product", ("unit_price", *medians, *counts), product_id=this)
    customer = of_kind("customer", (*medians, "gap_hours", *counts), customer_id=this)
    pair = of_kind(
        "customer_category", ("sale_count",), customer_id=this, category=f.col("other_id")
    )
    category = of_kind("category", (*medians, "sale_count"), category=this)
    hour = of_kind("hour", counts, hour=this.cast("int"))
    whole = of_kind("all", (*medians, "gap_hours", *counts))
    return (
        sales.join(product, "product_id", "left")
        .join(customer, "customer_id", "left")
        .join(pair, ["customer_id", "category"], "left")
        .join(f.broadcast(category), "category", "left")
        .join(f.broadcast(hour), "hour", "left")
        .crossJoin(f.broadcast(whole))
    )


def _features(sales: DataFrame) -> DataFrame:
    sales = with_burst(_with_usual_values(sales))
    count = f.col("customer_count")
    all_count = f.col("all_sale_count")
    share_of_category = f.coalesce(f.col("category_sale_count"), f.lit(1)) / all_count
    own = f.col("category_count") + _BORROWED * share_of_category
    features = {
        "amount": f.col("amount"),
        "quantity": f.col("quantity"),
        "price_to_product": _log_ratio(f.col("unit_price"), f.col("usual_price")),
        "quantity_to_customer": _log_ratio(f.col("quantity"), f.col("usual_quantity")),
        "amount_to_customer": _log_ratio(f.col("amount"), f.col("usual_amount")),
        "hour_rarity": -f.ln(f.coalesce(f.col("hour_sale_count"), f.lit(1)) / all_count),
        "gap_to_customer": f.ln((f.col("gap_hours") + 1) / (f.col("usual_gap_hours") + 1)),
        "category_rarity": f.when(
            f.col("_is_customer") & f.col("category").isNotNull(),
            -f.ln(own / (count + _BORROWED)),
        ),
        "burst": f.col("burst"),
    }
    return sales.select(
        *("_row_id", "transaction_id", *_SAID),
        f.col("quantity").alias("sale_quantity"),
        f.col("amount").alias("sale_amount"),
        f.coalesce(f.col("category"), f.lit("(none)")).alias("segment"),
        *("category_count", "customer_count"),
        *(feature.alias(name) for name, feature in features.items()),
    )


def _with_usual_values(sales: DataFrame) -> DataFrame:
    """Add what is usual of the sale's customer, and the time since it bought before."""
    count = f.coalesce(f.col("customer_sale_count"), f.lit(0))

    def usual(name: str) -> Column:
        """Return the customer's usual, leaning on all customers' (a mean of logarithms)."""
        own, whole = f.col(f"customer_{name}"), f.col(f"all_{name}")
        own = f.when(own > 0, own).otherwise(whole)
        return f.exp((count * f.ln(own) + _BORROWED * f.ln(whole)) / (count + _BORROWED))

    seconds = f.unix_timestamp("transaction_at") - f.unix_timestamp("customer_before")
    half_of_all = f.col("all_gap_hours") * f.col("all_moment_count") / 2
    return sales.withColumns(
        {
            "customer_count": count,
            "category_count": f.coalesce(f.col("customer_category_sale_count"), f.lit(0)),
            "usual_price": f.col("product_unit_price"),
            "usual_quantity": usual("quantity"),
            "usual_amount": usual("amount"),
            "gap_hours": seconds / _SECONDS_PER_HOUR,
            "usual_gap_hours": f.coalesce(f.col("customer_gap_hours"), half_of_all),
        }
    )


def _log_ratio(value: Column, usual: Column) -> Column:
    """Return ln(value / usual); null where one of them is not above 0 or not known."""
    return f.when((value > 0) & (usual > 0), f.ln(value / usual))
