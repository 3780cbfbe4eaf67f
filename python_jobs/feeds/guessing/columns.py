"""Cells of one column: which are filled, and how many of them a form reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 0.5  # Of the filled cells: a form that reads fewer is no form of the column.
# What silver trims around a cell.
_BLANKS = " \t\r\n\u00a0\u2007\u2009\u202f\u3000\ufeff"


@dataclass(frozen=True)
class Reading:
    """A way to read the cells of a column.

    Attributes:
        form: The time pattern, or the decimal and thousands sign with a blank between.
        read: How many of the filled cells it reads.
        filled: How many cells are filled.
        why: What decided between this form and another; blank where nothing had to.
        rivals: Other forms that read as many cells otherwise; where there are any, nobody can know.
        others: Forms for cells that the first form does not read.
    """

    form: str
    read: int
    filled: int
    why: str = ""
    rivals: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What is said of it: how many cells it reads, and why it was chosen."""
        return f"{self.read:,} of {self.filled:,} read" + (f"; {self.why}" if self.why else "")


def clean(cell: str) -> str:
    """Return a cell without the blanks around it."""
    return cell.strip(_BLANKS)


def filled_cells(cells: Sequence[str]) -> list[str]:
    """Return the cells that hold anything, without outer blanks."""
    return [text for cell in cells if (text := clean(cell))]


def values_of(cells: Sequence[str]) -> list[str]:
    """Return the values of a column, the most frequent first, each as it is written most often."""
    counts = Counter(filled_cells(cells))
    return [value for value, _ in counts.most_common()]
