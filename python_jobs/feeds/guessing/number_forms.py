"""The forms of all columns of numbers together: what decides where one column leaves two open."""

from __future__ import annotations

import json
from collections.abc import Mapping

from python_jobs.feeds.declared_keys import NUMBER_CELLS
from python_jobs.feeds.forms import number_form
from python_jobs.feeds.guessing.amounts import Numbers, best_sum, numbers_of
from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.columns import Reading, filled_cells
from python_jobs.feeds.guessing.numbers import (
    SHARES,
    decided_decimal,
    is_plain,
    number_cells,
    number_of,
    read_numbers,
    with_decimal,
)
from python_jobs.feeds.guessing.units import declared_ends

_FITS, _FAULTS = 0.5, 0.01


def settled_readings(taken: Mapping[str, SampleColumn]) -> dict[str, Reading]:
    """Return how each number cell is written; rivals remain only where nothing decides.

    Quantity times price decides, else the decimal sign of the other columns.

    Args:
        taken: The column of each cell.
    """
    columns = {
        cell: number_cells(cell, taken[cell].cells) for cell in NUMBER_CELLS if cell in taken
    }
    readings = {
        cell: reading for cell, cells in columns.items() if (reading := read_numbers(cells))
    }
    is_open = [cell for cell, reading in readings.items() if reading.rivals]
    if not is_open:
        return readings
    choices = {
        decimal: readings | {cell: with_decimal(readings[cell], decimal, "") for cell in is_open}
        for decimal in ".,"
        if all(_has(readings[cell], decimal) for cell in is_open)
    }
    counts = {decimal: _obeying(taken, choice) for decimal, choice in choices.items()}
    decimal = max(counts, key=lambda one: counts[one][0], default="")
    obeying, rows = counts.get(decimal, (0, 0))
    fewest = min((one for one, _ in counts.values()), default=0)
    # One row of a thousand is a fault, not a form.
    if obeying >= _FITS * rows and obeying - fewest > _FAULTS * rows:
        why = f"quantity * unit_price is the amount in {obeying:,} of {rows:,} rows"
    else:
        decimal = decided_decimal(readings, columns)
        why = "as the other numbers"
    for cell in is_open:
        if decimal and _has(readings[cell], decimal):
            readings[cell] = with_decimal(readings[cell], decimal, why)
    return readings


def declare_numbers(
    taken: Mapping[str, SampleColumn], readings: Mapping[str, Reading], guessed: Guessed
) -> None:
    """Declare each number cell, and one form for the feed where all of them are written so.

    Args:
        taken: The column of each cell.
        readings: How each number cell is written.
        guessed: What is guessed so far.
    """
    for cell in readings:
        _declare(cell, taken[cell], readings[cell], guessed)
    if any(reading.rivals for reading in readings.values()):
        return
    signs = {
        (said["decimal"], said.get("thousands", ""))
        for cell in readings
        if isinstance(said := guessed.cells[cell], dict) and "decimal" in said
    }
    if len(signs) != 1:
        return
    decimal, thousands = signs.pop()
    form = number_form(decimal, thousands)
    for cell, reading in readings.items():
        cells = filled_cells(number_cells(cell, taken[cell].cells))
        if sum(bool(form.match(one)) for one in cells) < reading.read:
            return
    guessed.numbers = {"decimal": decimal, **({"thousands": thousands} if thousands else {})}
    for cell in readings:
        said = guessed.cells[cell]
        if isinstance(said, dict):
            rest = {key: one for key, one in said.items() if key not in ("decimal", "thousands")}
            guessed.cells[cell] = said["column"] if list(rest) == ["column"] else rest


def is_percent(cell: str, column: SampleColumn) -> bool:
    """Return whether a header says that the cells below it are shares of the price."""
    return cell in SHARES and "%" in column.header


def numbers_by_cell(
    taken: Mapping[str, SampleColumn], readings: Mapping[str, Reading]
) -> dict[str, Numbers]:
    """Return the numbers of all number cells."""
    return {cell: numbers_of(taken[cell], reading.form) for cell, reading in readings.items()}


def _declare(cell: str, column: SampleColumn, reading: Reading, guessed: Guessed) -> None:
    decimal, _, thousands = reading.form.partition(" ")
    ends = declared_ends(column)
    said: dict[str, object] = {"column": column.name, **ends}
    if reading.rivals:
        others = "".join(f"{key}: {json.dumps(text)}, " for key, text in ends.items())
        guessed.to_fill.append(
            f"{cell}: {{column: {column.name}, {others}decimal: SIGN, thousands: SIGN}}"
        )
        signs = " or ".join(
            f"decimal {one.partition(' ')[0]}" for one in (reading.form, *reading.rivals)
        )
        told = f"{signs}: the sample does not tell; write decimal and thousands"
    elif is_plain(reading, number_cells(cell, column.cells)):
        told = f"number, {reading.told}"
    else:
        said["decimal"] = decimal
        told = f"decimal '{decimal}'"
        if thousands:
            said["thousands"] = thousands
            told += f", thousands '{thousands}'"
        told += f", {reading.told}"
    if any(number_of(one, reading.form) == 0 and "0" not in one for one in column.cells):
        told += "; a dash is zero"
    for texts, where in ((column.before, "before"), (column.behind, "behind")):
        if texts:
            told += f"; {' or '.join(map(repr, texts))} {where} the numbers is taken off"
    if is_percent(cell, column):
        said["percent"] = True
        told += "; a share, as the header says"
    guessed.cells[cell] = column.name if len(said) == 1 else said
    guessed.told.append((f"{column.header} -> {cell}", told))


def _has(reading: Reading, decimal: str) -> bool:
    return any(form[0] == decimal for form in (reading.form, *reading.rivals))


def _obeying(taken: Mapping[str, SampleColumn], readings: Mapping[str, Reading]) -> tuple[int, int]:
    """Return how many rows add up if numbers are written so, and of how many."""
    found = best_sum(numbers_by_cell(taken, readings))
    return (found.obeying(), len(found.differences)) if found else (0, 0)
