"""How the cells of one column are written, guessed from a sample by the models' own patterns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from python_jobs.feeds.forms import number_form, time_form

# Best first: where several read the same cells, the first is taken.
_DATES = (
    *("yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy"),
    *("dd-MM-yyyy", "MM-dd-yyyy", "d-M-yyyy", "yyyy/MM/dd", "yyyyMMdd", "dd.MM.yy", "dd/MM/yy"),
    *("MM/dd/yy", "d MMM yyyy", "dd MMM yyyy", "MMM d, yyyy", "dd-MMM-yyyy", "d. MMM yyyy"),
)
_CLOCKS = ("", " HH:mm", " HH:mm:ss", " H:mm", " h:mm a", " h:mm:ss a", " hh:mm a", "THH:mm:ss")
_TIMES = (
    "iso",
    *(f"{day}{clock}" for day in _DATES for clock in _CLOCKS),
    *("yyyy-MM-dd HH:mm:ssXXX", "yyyy/MM/dd HH:mm:ssXXX"),
    *("unix", "unix_ms", "excel"),
)
_NUMBERS = (
    *((".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", " "), (".", "'"), (",", "'")),
)
_ENOUGH = 0.5  # Of the filled cells: a form that reads fewer is no form of the column.
_DAY_FIRST, _MONTH_FIRST = re.compile(r"d+.M"), re.compile(r"M+.d")


@dataclass(frozen=True)
class Reading:
    """A way to read the cells of a column.

    Attributes:
        form: The time pattern, or the decimal and thousands sign with a blank between.
        read: How many of the filled cells it reads.
        filled: How many cells are filled.
        why: What decided between this form and another; blank where nothing had to.
        rivals: Other forms that read as many cells otherwise; where there are any, nobody can know.
    """

    form: str
    read: int
    filled: int
    why: str = ""
    rivals: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What is said of it: how many cells it reads, and why it was chosen."""
        return f"{self.read:,} of {self.filled:,} read" + (f"; {self.why}" if self.why else "")


def filled_cells(cells: Sequence[str]) -> list[str]:
    """Return the cells that hold anything, without outer blanks."""
    return [text for cell in cells if (text := cell.strip(" \t\r\n\u00a0\ufeff"))]


def read_times(cells: Sequence[str]) -> Reading | None:
    """Return how the cells are written as times; None where they are none."""
    filled = filled_cells(cells)
    counts = {form: sum(map(bool, map(time_form(form).match, filled))) for form in _TIMES}
    form = max(counts, key=lambda one: (counts[one], -_TIMES.index(one)))
    if not filled or counts[form] < _ENOUGH * len(filled):
        return None
    if not (_DAY_FIRST.match(form) or _MONTH_FIRST.match(form)):
        return Reading(form, counts[form], len(filled))
    swapped = _swapped(form)
    above = _above_twelve(form, filled)
    if counts.get(swapped, 0) == counts[form]:
        return Reading(form, counts[form], len(filled), rivals=(swapped,))
    which = "day" if _DAY_FIRST.match(form) else "month"
    days = "1 day is" if above == 1 else f"{above:,} days are"
    return Reading(form, counts[form], len(filled), f"{which} first, since {days} above 12")


def read_numbers(cells: Sequence[str]) -> Reading | None:
    """Return how the cells are written as numbers; None where they are none."""
    filled = filled_cells(cells)
    counts = {signs: sum(map(bool, map(number_form(*signs).match, filled))) for signs in _NUMBERS}
    best = max(counts, key=lambda one: (counts[one], -_NUMBERS.index(one)))
    if not filled or counts[best] < _ENOUGH * len(filled):
        return None
    rivals = tuple(
        " ".join(signs)
        for signs in _NUMBERS
        if counts[signs] == counts[best] and signs != best and _differ(best, signs, filled)
    )
    return Reading(" ".join(best), counts[best], len(filled), rivals=rivals)


def values_of(cells: Sequence[str]) -> list[str]:
    """Return the values of a column, the most frequent first, each as it is written most often."""
    counts = Counter(filled_cells(cells))
    return [value for value, _ in counts.most_common()]


def _swapped(form: str) -> str:
    """Return a date pattern with day and month in each other's place."""
    return re.sub(r"(d+)(.)(M+)|(M+)(.)(d+)", _swap, form, count=1)


def _swap(match: re.Match[str]) -> str:
    first, sign, second = match[1] or match[4], match[2] or match[5], match[3] or match[6]
    return f"{second}{sign}{first}"


def _above_twelve(form: str, cells: Sequence[str]) -> int:
    """Return how many cells name a day above 12, which tells days from months."""
    place = 1 if _DAY_FIRST.match(form) else 2
    matches = (time_form(form).match(cell) for cell in cells)
    return sum(int(match[place]) > 12 for match in matches if match and match[place].isdigit())


def _differ(one: tuple[str, str], other: tuple[str, str], cells: Sequence[str]) -> bool:
    """Return whether two ways to write numbers read some cell as different numbers."""
    return any(
        _value(cell, *one) != _value(cell, *other)
        for cell in cells
        if number_form(*one).match(cell) and number_form(*other).match(cell)
    )


def _value(cell: str, decimal: str, thousands: str) -> float:
    del thousands
    digits = "".join(sign for sign in cell if sign.isdigit() or sign == decimal)
    return float(digits.replace(decimal, ".") or 0)
