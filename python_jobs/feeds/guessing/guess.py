"""Which column is which canonical cell, guessed from headers and contents; every guess says why."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from python_jobs.feeds.declared_keys import CELLS, NUMBER_CELLS, OPTIONAL_CELLS
from python_jobs.feeds.guessing.amount_columns import settle_amounts
from python_jobs.feeds.guessing.amounts import Numbers, declare_sum
from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.columns import ENOUGH, filled_cells, values_of
from python_jobs.feeds.guessing.headers import match_headers, plain
from python_jobs.feeds.guessing.ids import carry_down, settle_ids, without_ends
from python_jobs.feeds.guessing.number_forms import (
    declare_numbers,
    numbers_by_cell,
    settled_readings,
)
from python_jobs.feeds.guessing.numbers import number_cells, read_numbers
from python_jobs.feeds.guessing.returns import declare_returns, declared_status
from python_jobs.feeds.guessing.times import clock_column, joined, read_times
from python_jobs.feeds.guessing.units import without_units

_MOST_STATUSES = 30  # A column with more values is no status.
_MONEY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_ORDER_NUMBER = re.compile(r"\S*\d\S*")
_NEARLY_ALL = 0.9
_CURRENCY = re.compile(r"[A-Za-z]{3}|[$€£¥]")


def guess_cells(columns: Sequence[SampleColumn]) -> Guessed:
    """Guess the declaration of a feed.

    Args:
        columns: All columns of the sample, in the order of the file.
    """
    guessed = Guessed()
    found = {
        cell: [without_units(cell, one) for one in fitting] if cell in NUMBER_CELLS else fitting
        for cell, fitting in match_headers(columns, _can_be).items()
    }
    taken = {cell: fitting[0] for cell, fitting in found.items()}
    settle_ids(taken, columns, guessed)
    readings = settled_readings(taken)
    fitting_sum = settle_amounts(found, taken, readings, guessed)
    numbers = numbers_by_cell(taken, readings)
    used = _declare_cells(columns, taken, numbers, guessed)
    declare_numbers(taken, readings, guessed)
    _say_rivals(found, used, guessed)
    without_ends(taken, guessed)
    carry_down(taken, guessed)
    if fitting_sum:
        declare_sum(fitting_sum, guessed)
    declare_returns(columns, taken, numbers, guessed)
    _say_what_is_missing(taken, guessed)
    for one in _listed(guessed.feed.get("returns", [])):
        used |= {one["column"]} if isinstance(one, Mapping) else set()
    guessed.cells = {
        cell: guessed.cells[cell] for cell in (*CELLS, *OPTIONAL_CELLS) if cell in guessed.cells
    }
    guessed.unused = [column.header for column in columns if column.name not in used]
    return guessed


def _can_be(cell: str, column: SampleColumn) -> bool:
    """Return whether the contents of a column fit a cell that its header names."""
    if cell == "transaction_at":
        return read_times(column.cells) is not None
    if cell in NUMBER_CELLS:
        cells = without_units(cell, column).cells
        return read_numbers(number_cells(cell, cells)) is not None
    if cell == "status":
        return len(values_of(column.cells)) <= _MOST_STATUSES
    if cell == "currency":
        return _share(column, _CURRENCY.fullmatch) >= ENOUGH
    if plain(column.header) == "name":
        # Of people, or of orders: `#1001`.
        are_numbers = _share(column, _ORDER_NUMBER.fullmatch) >= _NEARLY_ALL
        return are_numbers == (cell == "order_id")
    return True


def _share(column: SampleColumn, fits: Callable[[str], object]) -> float:
    filled = filled_cells(column.cells)
    return sum(bool(fits(cell)) for cell in filled) / max(len(filled), 1)


def _declare_cells(
    columns: Sequence[SampleColumn],
    taken: Mapping[str, SampleColumn],
    numbers: Mapping[str, Numbers],
    guessed: Guessed,
) -> set[str]:
    """Declare all cells but numbers, and return the names of columns that cells use."""
    used = {column.name for column in taken.values()}
    for cell in (*CELLS, *OPTIONAL_CELLS):
        if cell not in taken or cell in NUMBER_CELLS:
            continue
        column = taken[cell]
        header, said, told = column.header, column.name, "text"
        if cell == "transaction_at":
            clock = clock_column(column, columns, used)
            if clock:
                used.add(clock.name)
                header += f", {clock.header}"
            said, told = _time(column, clock, guessed)
        elif cell == "status":
            said, told = declared_status(taken, numbers, guessed)
        elif cell == "currency":
            value = values_of([one.upper() for one in column.cells])[0]
            guessed.feed["currency"] = _MONEY_SIGNS.get(value, value)
            count = sum(one.upper() == value for one in filled_cells(column.cells))
            told = f"{value} in {count:,} of {len(column.cells):,} rows: the feed's currency"
        guessed.cells[cell] = said
        guessed.told.append((f"{header} -> {cell}", told))
    return used


def _time(column: SampleColumn, clock: SampleColumn | None, guessed: Guessed) -> tuple[Any, str]:
    """Return what is declared of the time, and what is told of it."""
    reading = read_times(joined([column, clock]) if clock else column.cells)
    if reading is None:
        reading, clock = read_times(column.cells), None
    assert reading is not None
    source: dict[str, Any] = {"column": column.name}
    if clock:
        source = {"columns": [column.name, clock.name]}
    named = f"columns: [{column.name}, {clock.name}]" if clock else f"column: {column.name}"
    if reading.rivals:
        forms = " or ".join((", ".join((reading.form, *reading.others)), *reading.rivals))
        guessed.to_fill.append(f"transaction_at: {{{named}, times: [{forms}]}}")
        told = f"{forms}: the sample does not tell; write times: [...]"
        return source if clock else column.name, told
    if reading.form == "iso" and not reading.others:
        return source if clock else column.name, f"ISO 8601, {reading.told}"
    return {**source, "times": [reading.form, *reading.others]}, f"{reading.form}, {reading.told}"


def _say_rivals(
    found: Mapping[str, Sequence[SampleColumn]], used: Collection[str], guessed: Guessed
) -> None:
    """Tell which other columns could be a cell that is declared."""
    for cell, fitting in found.items():
        if cell in guessed.cells:
            guessed.told += [
                (other.header, f"could be {cell} as well; not used")
                for other in fitting
                if other.name not in used
            ]


def _say_what_is_missing(taken: Mapping[str, SampleColumn], guessed: Guessed) -> None:
    if "status" not in taken:
        guessed.cells["status"] = {"constant": "Completed"}
        guessed.told.append(("(no column) -> status", "every row is Completed"))
    for cell in ("transaction_at", *(() if "amount" in taken else ("quantity", "unit_price"))):
        if cell not in taken:
            guessed.to_fill.append(f"{cell}: COLUMN")
            guessed.told.append(
                (f"(no column) -> {cell}", "write its line; else every row breaks a rule")
            )
    parts = [cell for cell in ("tax", "shipping") if cell in taken]
    if parts and "amount" not in taken:
        told = f"quantity * unit_price; if {' and '.join(parts)} count as well, write amount_is"
        guessed.told.append(("an amount is", told))


def _listed(said: Any) -> list[Any]:  # noqa: ANN401
    return said if isinstance(said, list) else [said]
