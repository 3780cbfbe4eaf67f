"""Which columns are the amount and the price of a row: those that add up with its quantity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from python_jobs.feeds.guessing.amounts import Sum, best_sum, is_total_of_order, numbers_of
from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.columns import Reading, clean
from python_jobs.feeds.guessing.ids import is_blank_below
from python_jobs.feeds.guessing.number_forms import is_percent, numbers_by_cell
from python_jobs.feeds.guessing.numbers import read_numbers

_FITS_WELL = 0.9
_CENT = Decimal("0.01")


def settle_amounts(
    found: Mapping[str, Sequence[SampleColumn]],
    taken: dict[str, SampleColumn],
    readings: dict[str, Reading],
    guessed: Guessed,
) -> Sum | None:
    """Take the columns that add up, leave out one that does not, and return how amounts add up.

    Args:
        found: The columns that can be each cell, the best first.
        taken: The column of each cell; changed.
        readings: How number cells are written; changed.
        guessed: What is guessed so far.
    """
    needed = {"quantity", "unit_price", "amount"}
    if not needed <= set(readings):
        _turn_price_into_amount(taken, readings, guessed)
        if "amount" in taken and is_total_of_order(taken["amount"], taken):
            told = "one amount on all rows of an order: perhaps the order's total, not a row's"
            guessed.told.append((taken["amount"].header, told))
        return None
    if any(readings[cell].rivals for cell in needed):
        return None
    order = taken.get("order_id")
    if order and is_blank_below(taken["amount"], order):
        told = "on the first row of an order only: the order's total, not a row's; not used"
        guessed.told.append((taken.pop("amount").header, told))
        del readings["amount"]
        return None
    best, chosen = _best_pair(found, taken, readings)
    if best is None:
        return None
    if best.fits:
        taken.update(chosen)
        readings.update({cell: _reading(chosen[cell], readings[cell]) for cell in chosen})
        return best
    amount, price = taken["amount"], taken["unit_price"]
    told = (
        f"quantity * unit_price is {amount.header} in {best.obeying():,} of "
        f"{len(best.differences):,} rows"
    )
    if is_total_of_order(amount, taken):
        guessed.told.append((amount.header, f"the order's total, not a row's: {told}; not used"))
        del taken["amount"], readings["amount"]
    else:
        guessed.told.append((price.header, f"{told}; not used, since the others would not pass"))
        del taken["unit_price"], readings["unit_price"]
    return None


def _best_pair(
    found: Mapping[str, Sequence[SampleColumn]],
    taken: Mapping[str, SampleColumn],
    readings: Mapping[str, Reading],
) -> tuple[Sum | None, dict[str, SampleColumn]]:
    """Return the sum that most rows obey, and its columns of amount and price."""
    numbers = numbers_by_cell(taken, readings)
    percent = frozenset(cell for cell in numbers if is_percent(cell, taken[cell]))
    best: tuple[Sum | None, dict[str, SampleColumn]] = (None, {})
    most = -1.0
    for amount in found["amount"]:
        for price in found["unit_price"]:
            chosen = {"amount": amount, "unit_price": price}
            numbers |= {
                cell: numbers_of(column, _reading(column, readings[cell]).form)
                for cell, column in chosen.items()
                if column.name != taken[cell].name or len(found[cell]) > 1
            }
            tried = best_sum(numbers, percent)
            if tried is None:
                continue
            share = tried.obeying() / len(tried.differences)
            if share > most:
                best, most = (tried, chosen), share
            if share >= _FITS_WELL:
                return best
    return best


def _reading(column: SampleColumn, usual: Reading) -> Reading:
    """Return how a column is written; in the form of the one that it may replace, if that fits."""
    reading = read_numbers(column.cells)
    if reading is None or usual.form in (reading.form, *reading.rivals):
        return usual
    return reading


def _turn_price_into_amount(
    taken: dict[str, SampleColumn], readings: dict[str, Reading], guessed: Guessed
) -> None:
    """Take a price for the amount where it grows with the quantity, article by article."""
    article = taken.get("product_id") or taken.get("product_name")
    if article is None or "amount" in taken or not {"quantity", "unit_price"} <= set(readings):
        return
    numbers = numbers_by_cell(taken, readings)
    pairs: defaultdict[str, set[tuple[Decimal, Decimal]]] = defaultdict(set)
    columns = (numbers["quantity"].values, numbers["unit_price"].values)
    for name, quantity, price in zip(article.cells, *columns, strict=True):
        if clean(name) and quantity is not None and quantity > 0 and price:
            pairs[clean(name)].add((quantity, price))
    several = [one for one in pairs.values() if len({quantity for quantity, _ in one}) > 1]
    grow = sum(
        all(abs(one[1] / one[0] - pair[1] / pair[0]) < _CENT for one in found for pair in found)
        for found in several
    )
    if several and grow >= _FITS_WELL * len(several):
        column = taken["amount"] = taken.pop("unit_price")
        readings["amount"] = readings.pop("unit_price")
        told = f"grows with the quantity in {grow:,} of {len(several):,} articles: an amount"
        guessed.told.append((column.header, told))
