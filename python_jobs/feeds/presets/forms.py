"""Of the forms that an export may have in different countries, the one that a sample has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_jobs.feeds.forms import number_form, time_form
from python_jobs.feeds.guessing.columns import filled_cells


@dataclass(frozen=True)
class Fitting:
    """The forms to declare.

    Attributes:
        forms: Time patterns, or one form of numbers.
        told: What a person is told of them.
        open_choice: A line to write, if the sample does not tell which of several is right.
    """

    forms: list[Any]
    told: str
    open_choice: list[str]


def fitting_times(patterns: Sequence[str], cells: Sequence[str]) -> Fitting:
    """Return the patterns of those days that most cells have; clocks may vary in one file.

    Args:
        patterns: All patterns that the export may have.
        cells: Cells of the column that holds the day.
    """
    filled = filled_cells(cells)
    days = list(dict.fromkeys(_day(pattern) for pattern in patterns))
    counts = {
        day: sum(bool(time_form(day).match(_day_of(day, cell))) for cell in filled) for day in days
    }
    best = max(counts, key=lambda day: counts[day])
    forms = [pattern for pattern in patterns if _day(pattern) == best]
    told = f"{', '.join(forms)}, {counts[best]:,} of {len(filled):,} days read"
    rivals = [day for day in days if day != best and counts[day] == counts[best]]
    if not rivals:
        return Fitting(forms, told, [])
    choice = " or ".join((best, *rivals))
    return Fitting(forms, f"{told}; the sample does not tell {choice}", [choice])


def fitting_numbers(forms: Sequence[Mapping[str, str]], cells: Sequence[str]) -> Fitting:
    """Return the form of numbers that most cells have.

    Args:
        forms: Decimal and thousands signs that the export may have.
        cells: Cells of all columns of numbers.
    """
    filled = filled_cells(cells)
    counts = [
        sum(
            bool(number_form(form.get("decimal", "."), form.get("thousands", "")).match(cell))
            for cell in filled
        )
        for form in forms
    ]
    best = max(range(len(forms)), key=lambda place: counts[place])
    form = dict(forms[best])
    told = ", ".join(f"{sign} '{form[sign]}'" for sign in form)
    told += f", {counts[best]:,} of {len(filled):,} read"
    has_signs = any(sign in cell for cell in filled for sign in ".,")
    if not has_signs or counts.count(counts[best]) == 1:
        return Fitting([form], told, [])
    return Fitting(
        [form], f"{told}; the sample does not tell", ["{decimal: SIGN, thousands: SIGN}"]
    )


def _day(pattern: str) -> str:
    return pattern.split(" ")[0]


def _day_of(pattern: str, cell: str) -> str:
    """Return the day of a cell; ISO times are read whole."""
    return cell if pattern == "iso" else cell.split(" ")[0]
