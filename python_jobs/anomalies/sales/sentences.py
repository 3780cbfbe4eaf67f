"""What is most unusual about a sale, in plain words."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as f

_TIMES, _PART = 1.5, 2.0  # From here on "times" and "1/3 of"; nearer to 1, per cent.
_MINUTES, _HOURS = 2, 48  # Shorter times, in hours, are told in minutes, and in hours.


def sentence(main_feature: Column) -> Column:
    """Return the sentence for a sale, given the feature with the largest share in its score.

    The sale's other columns are those of ``with_features``.
    """
    comparisons = {
        "amount": ("amount", "sale_amount", "category_amount", "is usual in its category"),
        "quantity": ("quantity", "sale_quantity", "category_quantity", "is usual in its category"),
        "price_to_product": (
            *("unit price", "unit_price", "usual_price"),
            "this product usually costs",
        ),
        "quantity_to_customer": (
            *("quantity", "sale_quantity", "usual_quantity"),
            "this customer usually buys",
        ),
        "amount_to_customer": (
            *("amount", "sale_amount", "usual_amount"),
            "this customer usually spends",
        ),
    }
    sentences = {
        **{name: _compared(*parts) for name, parts in comparisons.items()},
        "hour_rarity": f.format_string(
            "sold between %02d and %02d o'clock UTC, when few sales are made",
            f.col("hour"),
            (f.col("hour") + 1) % 24,
        ),
        "gap_to_customer": f.concat(
            f.lit("bought "), _time(f.col("gap_hours")), f.lit(" after the customer's last sale")
        ),
        "category_rarity": f.format_string(
            "%d of this customer's %d sales are in the category %s",
            f.col("category_count"),
            f.col("customer_count"),
            f.col("segment"),
        ),
    }
    chosen = f.lit(None).cast("string")
    for name, text in sentences.items():
        chosen = f.when(main_feature == name, text).otherwise(chosen)
    return chosen


def _compared(what: str, value: str, usual: str, of_what: str) -> Column:
    """Return such as "quantity 40 times what this customer usually buys"."""
    ratio = f.try_divide(f.col(value), f.col(usual))
    inverse = f.try_divide(f.col(usual), f.col(value))
    times = f.concat(f.lit(f"{what} "), _number(ratio), f.lit(f" times what {of_what}"))
    part = f.concat(f.lit(f"{what} 1/"), f.format_number(inverse, 0), f.lit(f" of what {of_what}"))
    percent = f.format_number(f.abs(ratio - 1) * 100, 0)
    above = f.concat(f.lit(f"{what} "), percent, f.lit(f" % above what {of_what}"))
    below = f.concat(f.lit(f"{what} "), percent, f.lit(f" % below what {of_what}"))
    return (
        f.when(ratio >= _TIMES, times)
        .when(inverse >= _PART, part)
        .when(ratio >= 1, above)
        .when(ratio < 1, below)
        .otherwise(f.lit(f"unusual {what}"))
    )


def _number(number: Column) -> Column:
    """Return a number as people write it: whole from 10 on, else one decimal where it has one."""
    whole = f.format_number(number, 0)
    tenth = f.regexp_replace(f.format_number(number, 1), r"\.0$", "")
    return f.when(number >= 10, whole).otherwise(tenth)


def _time(hours: Column) -> Column:
    return (
        f.when(hours < _MINUTES, f.concat(f.format_number(hours * 60, 0), f.lit(" minutes")))
        .when(hours < _HOURS, f.concat(f.format_number(hours, 0), f.lit(" hours")))
        .otherwise(f.concat(f.format_number(hours / 24, 0), f.lit(" days")))
    )
