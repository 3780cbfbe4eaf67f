"""What is said of a sale in numbers, each against what is usual.

==================== ==============================================================================
amount               worth of the sale; on the scale of its category
quantity             pieces; on the scale of its category
price_to_product     ln(unit price / median price of the product)
quantity_to_customer ln(quantity / usual quantity of the customer)
amount_to_customer   ln(amount / usual amount of the customer)
hour_rarity          -ln(share of all sales that fall into this hour of the day)
gap_to_customer      ln((1 h + time since the customer's last sale) / (1 h + usual))
category_rarity      -ln(share of the customer's sales that fall into this category)
==================== ==============================================================================

What is usual of a customer with few sales leans on all customers, as if they had made
``_BORROWED`` sales more: ``(n * own + b * all) / (n + b)`` of logarithms, and of shares.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as f

FEATURES = (
    "amount",
    "quantity",
    "price_to_product",
    "quantity_to_customer",
    "amount_to_customer",
    "hour_rarity",
    "gap_to_customer",
    "category_rarity",
)
# What of a sale the features are worked out from.
JUDGED_COLUMNS = (
    *("customer_id", "product_id", "category", "transaction_at", "quantity", "unit_price"),
    "amount",
)
_BORROWED = 3
_SECONDS_PER_HOUR = 3_600


def with_features(sales: DataFrame, usuals: DataFrame) -> DataFrame:
    """Return the sales with their features, in the columns ``FEATURES``.

    Args:
        sales: Rows of silver_sales.
        usuals: What ``usuals_of`` gave, of these sales or of earlier ones.

    Returns:
        One row per sale: ids, ``segment`` (its category), features (null where nothing is known),
        and what sentences need: ``sale_quantity``, ``sale_amount``, ``unit_price``,
        ``usual_price``, ``usual_quantity``, ``usual_amount``, ``category_quantity``,
        ``category_amount``, ``gap_hours``, ``hour``, ``category_count``, ``customer_count``.
    """
    by_time = Window.partitionBy("customer_id").orderBy("transaction_at", "_row_id")
    before = f.lag("transaction_at").over(by_time)
    sales = sales.select(
        *("_row_id", "transaction_id", "customer_id", "product_id", "category", "transaction_at"),
        *(f.col(name).cast("double").alias(name) for name in ("quantity", "unit_price", "amount")),
        f.when(
            f.col("customer_id").isNotNull(),
            (f.unix_timestamp("transaction_at") - f.unix_timestamp(before)) / _SECONDS_PER_HOUR,
        ).alias("gap_hours"),
        f.hour("transaction_at").alias("hour"),
    )
    return _features(_with_usuals(sales, usuals))


def _with_usuals(sales: DataFrame, usuals: DataFrame) -> DataFrame:
    """Join what is usual for the sale's product, customer and so on, each under its own names."""

    def of_kind(kind: str, *columns: Column) -> DataFrame:
        return usuals.where(f.col("kind") == kind).select(*columns)

    numbers = ("quantity", "amount", "gap_hours", "sale_count")
    product = of_kind(
        "product", f.col("id").alias("product_id"), f.col("unit_price").alias("usual_price")
    )
    customer = of_kind(
        "customer",
        f.col("id").alias("customer_id"),
        *(f.col(name).alias(f"customer_{name}") for name in numbers),
    )
    pair = of_kind(
        "customer_category",
        f.col("id").alias("customer_id"),
        f.col("other_id").alias("category"),
        f.col("sale_count").alias("pair_count"),
    )
    category = of_kind(
        "category",
        f.col("id").alias("category"),
        f.col("sale_count").alias("category_sales"),
        f.col("quantity").alias("category_quantity"),
        f.col("amount").alias("category_amount"),
    )
    hour = of_kind(
        "hour", f.col("id").cast("int").alias("hour"), f.col("sale_count").alias("hour_sales")
    )
    whole = of_kind("all", *(f.col(name).alias(f"all_{name}") for name in numbers))
    return (
        sales.join(product, "product_id", "left")
        .join(customer, "customer_id", "left")
        .join(pair, ["customer_id", "category"], "left")
        .join(f.broadcast(category), "category", "left")
        .join(f.broadcast(hour), "hour", "left")
        .crossJoin(f.broadcast(whole))
    )


def _features(sales: DataFrame) -> DataFrame:
    count = f.coalesce(f.col("customer_sale_count"), f.lit(0))
    all_count = f.col("all_sale_count")

    def usual(name: str) -> Column:
        """Return the customer's usual, leaning on all customers' (a mean of logarithms)."""
        own, whole = f.col(f"customer_{name}"), f.col(f"all_{name}")
        own = f.when(own > 0, own).otherwise(whole)
        return f.exp((count * f.ln(own) + _BORROWED * f.ln(whole)) / (count + _BORROWED))

    gap = f.coalesce(f.col("customer_gap_hours"), f.col("all_gap_hours") * all_count / 2)
    share_of_category = f.coalesce(f.col("category_sales"), f.lit(1)) / all_count
    pair = f.coalesce(f.col("pair_count"), f.lit(0))
    features = {
        "amount": f.col("amount"),
        "quantity": f.col("quantity"),
        "price_to_product": _log_ratio(f.col("unit_price"), f.col("usual_price")),
        "quantity_to_customer": _log_ratio(f.col("quantity"), f.col("usual_quantity")),
        "amount_to_customer": _log_ratio(f.col("amount"), f.col("usual_amount")),
        "hour_rarity": -f.ln(f.coalesce(f.col("hour_sales"), f.lit(1)) / all_count),
        "gap_to_customer": f.ln((f.col("gap_hours") + 1) / (gap + 1)),
        "category_rarity": f.when(
            f.col("customer_id").isNotNull(),
            -f.ln((pair + _BORROWED * share_of_category) / (count + _BORROWED)),
        ),
    }
    sales = sales.withColumns(
        {"usual_quantity": usual("quantity"), "usual_amount": usual("amount")}
    )
    return sales.select(
        *("_row_id", "transaction_id", "hour", "gap_hours"),
        *("usual_price", "usual_quantity", "usual_amount", "category_quantity", "category_amount"),
        f.col("quantity").alias("sale_quantity"),
        f.col("amount").alias("sale_amount"),
        "unit_price",
        f.coalesce(f.col("category"), f.lit("(none)")).alias("segment"),
        pair.alias("category_count"),
        count.alias("customer_count"),
        *(feature.alias(name) for name, feature in features.items()),
    )


def _log_ratio(value: Column, usual: Column) -> Column:
    """Return ln(value / usual); null where one of them is not above 0 or not known."""
    return f.when((value > 0) & (usual > 0), f.ln(value / usual))
