"""What is most unusual about a sale, in plain words: how much it is, and how much is usual.

What is said of the sale stands before the semicolon, what is usual behind it. Where nothing usual
is known, the sentence ends before it.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as f

_APART = 1.5  # Times, up or down, from which on a value is told against a usual one.
_FEW = 5  # A product or customer with fewer sales has nothing that is usual.
_MINUTES, _HOURS = 2, 48  # Shorter times, in hours, are told in minutes, and in hours.
_DAY = 24  # Hours.


def sentence(main_feature: Column) -> Column:
    """Return the sentence for a sale, given the feature with the largest share in its score.

    The sale's other columns are those of ``with_features``.
    """
    price, usual_price = f.col("unit_price"), f.col("usual_price")
    sentences = {
        "amount": _of_whom("amount"),
        "quantity": _of_whom("quantity"),
        "price_to_product": _told(
            _said("unit price %s", _money(price)),
            _said("this product usually costs %s", _money(usual_price)),
        ),
        "quantity_to_customer": _told(_value("quantity"), _of_customer("quantity")),
        "amount_to_customer": _told(_value("amount"), _of_customer("amount")),
        "hour_rarity": _hour(),
        "gap_to_customer": _told(
            _said("%s after this customer's last sale", _time(f.col("gap_hours"))),
            _said("usually %s pass", _time(f.col("usual_gap_hours"))),
        ),
        "category_rarity": _category(),
        "burst": _burst(),
    }
    chosen = f.lit(None).cast("string")
    for name, text in sentences.items():
        chosen = f.when(main_feature == name, text).otherwise(chosen)
    return chosen


def _of_whom(what: str) -> Column:
    """Return an amount or quantity against that of its product, its category or all sales.

    It is the first of them from which the value is well apart: what is unusual of a product that
    sells by the hundred is that it does so in its category.
    """
    value = f.col(f"sale_{what}")
    has_sold = f.col("product_sale_count") >= _FEW
    number, does = (_money, "brings") if what == "amount" else (_number, "has")
    product = "brings %s a sale" if what == "amount" else "sells %s"
    usuals = [
        (f.when(has_sold, f.col(f"product_{what}")), f"this product usually {product}"),
        (f.col(f"category_{what}"), f"a sale in this category usually {does} %s"),
        (f.col(f"all_{what}"), f"a sale usually {does} %s"),
    ]
    apart, known = [], []
    for usual, words in usuals:
        ratio = f.greatest(f.try_divide(value, usual), f.try_divide(usual, value))
        apart.append(f.when(ratio >= _APART, _said(words, number(usual))))
        known.append(_said(words, number(usual)))
    return _told(_value(what), f.coalesce(*apart, *known))


def _of_customer(what: str) -> Column:
    """Return what its customer usually buys or spends; a customer with few sales, what all do."""
    usual = f.col(f"usual_{what}")
    number = _money(usual) if what == "amount" else _number(usual)
    own, all_do = ("spends", "spend") if what == "amount" else ("buys", "buy")
    return f.when(
        f.col("customer_count") >= _FEW, _said(f"this customer usually {own} %s", number)
    ).otherwise(_said(f"customers usually {all_do} %s", number))


def _hour() -> Column:
    """Return such as "at 03:12 UTC; only 2 of this shop's 4,379 sales fall into that hour"."""
    count = f.coalesce(f.col("hour_sale_count"), f.lit(0))
    whole = f.col("all_sale_count")
    return _told(
        _said("at %s UTC", f.date_format("transaction_at", "HH:mm")),
        _said(
            "%s%s of this shop's %s sales %s into that hour",
            f.when(count * _DAY < whole, "only ").otherwise(""),
            f.format_number(count, 0),
            f.format_number(whole, 0),
            f.when(count == 1, "falls").otherwise("fall"),
        ),
    )


def _category() -> Column:
    """Return such as "category Books; only 1 of this customer's 28 sales and 9 % of all are"."""
    count, whole = f.col("category_count"), f.col("customer_count")
    share = f.try_divide(f.col("category_sale_count") * 100, f.col("all_sale_count"))
    return _told(
        _said("category %s", f.col("segment")),
        _said(
            "%s%s of this customer's %s sales and %s %% of all sales are in it",
            f.when(count * 2 < whole, "only ").otherwise(""),
            f.format_number(count, 0),
            f.format_number(whole, 0),
            _number(f.coalesce(share, f.lit(0.0))),
        ),
    )


def _burst() -> Column:
    """Return such as "this customer bought 6 times within an hour; usually once in 12 days"."""
    usual = f.col("burst_usual")
    count = f.format_number("burst_count", 0)
    times = f.when(usual < 1, _said("usually once in %s", _time(1 / usual))).otherwise(
        _said("usually %s times", _number(usual))
    )
    hour = f.col("hour")
    shop = _said(
        "this shop sold %s times between %s:00 and %s:00 UTC",
        count,
        f.lpad(hour.cast("string"), 2, "0"),
        f.lpad(((hour + 1) % _DAY).cast("string"), 2, "0"),
    )
    by_whom = f.col("burst_of")
    return (
        f.when(
            by_whom == "customer",
            _told(_said("this customer bought %s times within an hour", count), times),
        )
        .when(
            by_whom == "product",
            _told(_said("this product sold %s times within an hour", count), times),
        )
        .when(by_whom == "shop", _told(shop, _said("usually %s times", _number(usual))))
    )


def _value(what: str) -> Column:
    """Return the sale's own amount or quantity, in words."""
    value = f.col(f"sale_{what}")
    if what == "amount":
        return _said("amount %s", _money(value))
    return _said("%s %s", _number(value), f.when(value == 1, "piece").otherwise("pieces"))


def _told(said: Column, usual: Column) -> Column:
    """Return what is said and what is usual; the one alone where the other is not known."""
    return f.concat_ws("; ", said, usual)


def _said(words: str, *parts: Column) -> Column:
    """Return words with parts in the places of ``%s``; null where a part is."""
    known = parts[0].isNotNull()
    for part in parts[1:]:
        known = known & part.isNotNull()
    return f.when(known, f.format_string(words, *parts))


def _number(number: Column) -> Column:
    """Return a number as people write it: whole from 10 on, else one decimal where it has one."""
    tenth = f.regexp_replace(f.format_number(number, 1), r"\.0$", "")
    return (
        f.when(number >= 10, f.format_number(number, 0))
        .when((number > 0) & (number < 0.1), "less than 0.1")
        .otherwise(tenth)
    )


def _money(number: Column) -> Column:
    """Return a price or an amount: with cents, and with what is below a cent where it is small."""
    small = f.regexp_replace(f.format_number(number, 6), "0+$", "")
    return f.when((number > 0) & (number < 0.1), small).otherwise(f.format_number(number, 2))


def _time(hours: Column) -> Column:
    """Return a length of time in minutes, hours or days."""
    count, unit = (
        f.when(hours < _MINUTES, hours * 60).when(hours < _HOURS, hours).otherwise(hours / _DAY),
        f.when(hours < _MINUTES, "minute").when(hours < _HOURS, "hour").otherwise("day"),
    )
    whole = f.format_number(count, 0)
    return f.concat(whole, f.lit(" "), unit, f.when(whole == "1", "").otherwise("s"))
