"""What an amount is made of: which sum of quantity, price and other cells the rows obey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.columns import clean
from python_jobs.feeds.guessing.numbers import number_of

_HALF_A_CENT = Decimal("0.005")
_TOLERANCES = (Decimal("0.01"), Decimal("0.025"), Decimal("0.05"))
_MOST_ROWS = 1000  # Enough to tell a sum by.
_FITS, _GAIN = 0.5, 0.1
_PRICE = "quantity * unit_price"


@dataclass(frozen=True)
class Numbers:
    """The numbers of a cell, row by row.

    Attributes:
        values: None where a cell is blank or unreadable.
        shares: Whether a cell is a share of the price, such as `10 %`.
    """

    values: Sequence[Decimal | None]
    shares: Sequence[bool]


@dataclass(frozen=True)
class Sum:
    """A way to make amounts of other cells, and how many rows obey it.

    Attributes:
        text: As ``amount_is`` declares it.
        percent: Cells of it that must be shares of the price for that.
        differences: For each row that has all numbers, by how much the amount differs.
    """

    text: str
    percent: frozenset[str]
    differences: Sequence[Decimal]

    def obeying(self, tolerance: Decimal = _HALF_A_CENT) -> int:
        """Return how many rows differ by no more than this."""
        return sum(one <= tolerance for one in self.differences)

    @property
    def fits(self) -> bool:
        """Whether the amount is this sum at all."""
        return self.obeying(_TOLERANCES[-1]) >= _FITS * max(len(self.differences), 1)


def numbers_of(column: SampleColumn, form: str) -> Numbers:
    """Return the numbers of a column that is written in this form."""
    cells = [clean(cell) for cell in column.cells]
    shares = [cell.endswith("%") for cell in cells]
    return Numbers([number_of(cell.strip("% \u00a0\u202f"), form) for cell in cells], shares)


def best_sum(numbers: Mapping[str, Numbers], percent: frozenset[str] = frozenset()) -> Sum | None:
    """Return the sum that most rows obey; None without quantity, unit price, amount or such rows.

    Args:
        numbers: The numbers of the cells.
        percent: Cells that are known to be shares of the price.
    """
    if not {"quantity", "unit_price", "amount"} <= set(numbers):
        return None
    sums = [
        Sum(text, shares, _differences(numbers, text, shares))
        for text, shares in _sums(numbers, percent)
    ]
    best = max(sums, key=lambda one: one.obeying())
    if not best.obeying():
        best = max(sums, key=lambda one: one.obeying(_TOLERANCES[-1]))
    return best if best.differences else None


def declare_sum(found: Sum, guessed: Guessed) -> None:
    """Declare what amounts are, where it is not what is taken anyway, and their tolerance."""
    usual = _PRICE + (" - discount" if "discount" in guessed.cells else "")
    if found.text != usual:
        guessed.feed["amount_is"] = found.text
    for cell in sorted(found.percent):
        guessed.say(cell, percent=True)
    exact, rows = found.obeying(), len(found.differences)
    told = f"{found.text}, {exact:,} of {rows:,} rows"
    most = found.obeying(_TOLERANCES[-1])
    for tolerance in _TOLERANCES:
        obeying = found.obeying(tolerance)
        # A cent is a rounding; more than that must be the rule of the file.
        is_rule = tolerance == _TOLERANCES[0] and obeying == most
        if obeying > exact and (is_rule or (obeying == most and most - exact >= _GAIN * rows)):
            guessed.feed["tolerance"] = float(tolerance)
            told += f"; {obeying:,} with a tolerance of {tolerance}"
            break
    guessed.told.append(("an amount is", told))


def is_total_of_order(amount: SampleColumn, taken: Mapping[str, SampleColumn]) -> bool:
    """Return whether the rows of an order all bear one amount, or only the first one bears it."""
    order = taken.get("order_id")
    if order is None:
        return False
    amounts: defaultdict[str, list[str]] = defaultdict(list)
    for number, cell in zip(order.cells, amount.cells, strict=True):
        if clean(number):
            amounts[clean(number)].append(clean(cell))
    several = [cells for cells in amounts.values() if len(cells) > 1]
    alike = sum(len(set(filter(None, cells))) <= 1 for cells in several)
    return bool(several) and alike > _FITS * len(several)


def _sums(
    numbers: Mapping[str, Numbers], percent: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield all sums, those that are taken without a word first, then those of fewer parts."""
    parts = [
        (sign, cell)
        for sign, cell in (("-", "discount"), ("+", "tax"), ("+", "shipping"))
        if cell in numbers
    ]
    # A discount counts off unless rows show that it does not; the others must show that they count.
    order = sorted(
        product((True, False), repeat=len(parts)),
        key=lambda chosen: [
            is_in != (cell == "discount") for is_in, (_, cell) in zip(chosen, parts, strict=True)
        ],
    )
    for chosen in order:
        terms = [part for part, is_in in zip(parts, chosen, strict=True) if is_in]
        text = " ".join([_PRICE, *(f"{sign} {cell}" for sign, cell in terms)])
        can_be_shares = [
            cell
            for _, cell in terms
            if cell != "shipping" and cell not in percent and not any(numbers[cell].shares)
        ]
        for flags in product((False, True), repeat=len(can_be_shares)):
            shares = {cell for cell, is_share in zip(can_be_shares, flags, strict=True) if is_share}
            yield text, percent.intersection(cell for _, cell in terms) | shares


def _differences(
    numbers: Mapping[str, Numbers], text: str, percent: frozenset[str]
) -> list[Decimal]:
    found = []
    columns = [numbers[cell].values for cell in ("quantity", "unit_price", "amount")]
    for place, (quantity, price, amount) in enumerate(zip(*columns, strict=True)):
        if quantity is None or price is None or amount is None:
            continue
        # Returns are compared as silver does: by what they are without their sign.
        turned = amount < 0 or quantity < 0
        base = quantity * price
        total = abs(base) if turned else base
        for cell, sign in (("discount", -1), ("tax", 1), ("shipping", 1)):
            value = numbers[cell].values[place] if cell in text else None
            if value is None:
                continue
            if cell in percent or numbers[cell].shares[place]:
                value = base * value / 100
            total += sign * (abs(value) if turned or cell == "discount" else value)
        found.append(abs(total - (abs(amount) if turned else amount)))
        if len(found) == _MOST_ROWS:
            break
    return found
