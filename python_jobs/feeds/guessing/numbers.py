"""How columns of numbers are written: their signs of decimals and thousands, and their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from python_jobs.feeds.forms import number_form
from python_jobs.feeds.guessing.columns import ENOUGH, Reading, clean, filled_cells

# Best first: where several read the same cells, the first is taken.
_NUMBERS = (
    *((".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", " "), (".", "'"), (",", "'")),
)
SHARES = ("discount", "tax")  # Cells that may hold a share of the price, such as `10 %`.
_PERCENT = "% \u00a0\u202f"
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_NEGATIVE = re.compile(r"[-\u2212(]|CR$")


def read_numbers(cells: Sequence[str]) -> Reading | None:
    """Return how the cells are written as numbers; None where they are none."""
    filled = filled_cells(cells)
    counts = {signs: sum(map(bool, map(number_form(*signs).match, filled))) for signs in _NUMBERS}
    best = max(counts, key=lambda one: (counts[one], -_NUMBERS.index(one)))
    # Dashes alone are no column of numbers.
    if not filled or counts[best] < ENOUGH * len(filled) or not re.search(r"\d", "".join(filled)):
        return None
    rivals = tuple(
        " ".join(signs)
        for signs in _NUMBERS
        if counts[signs] == counts[best] and signs != best and _differ(best, signs, filled)
    )
    return Reading(" ".join(best), counts[best], len(filled), rivals=rivals)


def number_cells(cell: str, cells: Sequence[str]) -> list[str]:
    """Return the cells of a column without the signs of percent that a cell may have."""
    if cell not in SHARES:
        return list(cells)
    return [text.strip(_PERCENT) if text.endswith("%") else text for text in map(clean, cells)]


def with_decimal(reading: Reading, decimal: str, why: str) -> Reading:
    """Return a reading whose rivals are settled: the form with this decimal sign."""
    form = next(one for one in (reading.form, *reading.rivals) if one[0] == decimal)
    return replace(reading, form=form, rivals=(), why=why)


def decided_decimal(readings: Mapping[str, Reading], columns: Mapping[str, Sequence[str]]) -> str:
    """Return the decimal sign that all columns have which show one; blank where they do not agree.

    Args:
        readings: How the columns are read.
        columns: Their cells.
    """
    signs = set()
    for cell, reading in readings.items():
        decimal = reading.form[0]
        others = [one for one in _NUMBERS if one[0] != decimal]
        filled = filled_cells(columns[cell])
        most = max(sum(map(bool, map(number_form(*one).match, filled))) for one in others)
        if not reading.rivals and most < reading.read:
            signs.add(decimal)
    return signs.pop() if len(signs) == 1 else ""


@lru_cache(maxsize=1 << 16)
def number_of(cell: str, form: str) -> Decimal | None:
    """Return the number that silver reads of a cell; None where it reads none.

    Args:
        cell: Text of the cell.
        form: Decimal and thousands sign with a blank between.
    """
    text = clean(cell)
    decimal, _, thousands = form.partition(" ")
    if not number_form(decimal, thousands).match(text):
        return None
    digits = "".join(sign for sign in text if sign.isdigit() or sign == decimal)
    value = Decimal(digits.replace(decimal, ".") or 0)
    return -value if _NEGATIVE.search(text) else value


def is_plain(reading: Reading, cells: Sequence[str]) -> bool:
    """Return whether silver reads all of the numbers without a declared form."""
    strict = sum(bool(_PLAIN.fullmatch(cell)) for cell in filled_cells(cells))
    return reading.form == ". " and strict == reading.read


def _differ(one: tuple[str, str], other: tuple[str, str], cells: Sequence[str]) -> bool:
    """Return whether two ways to write numbers read some cell as different numbers."""
    forms = " ".join(one), " ".join(other)
    values = ([number_of(cell, form) for form in forms] for cell in cells)
    return any(None not in pair and pair[0] != pair[1] for pair in values)
