"""Which column is which canonical cell, guessed from headers and contents; every guess says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from python_jobs.feeds.forms import number_form
from python_jobs.feeds.guessing.columns import (
    filled_cells,
    read_numbers,
    read_times,
    values_of,
)

_WORDS = Path(__file__).with_name("header_words.yml")
_NUMBER_CELLS = ("quantity", "unit_price", "amount")
_MOST_STATUSES = 30  # A column with more values is no status.
_KNOWN = ("Completed", "Pending", "Cancelled")


@dataclass(frozen=True)
class SampleColumn:
    """A column of a sample file.

    Attributes:
        header: Its name in the file.
        name: Its name in the raw table.
        cells: Cells from all over the file.
    """

    header: str
    name: str
    cells: Sequence[str]


@dataclass
class Guessed:
    """A declaration of cells, as ``meta.feed`` of a mapping model holds it.

    Attributes:
        cells: What is declared of each canonical cell.
        numbers: How the feed writes numbers; blank where cells say it or all are plain.
        told: For each guess and open question, what a person is told, as two columns.
        to_fill: Lines that a person has to write, since nobody can know them from the sample.
        unused: Headers of columns that no cell uses.
        known_export: Title of the preset that it comes from; blank where it is guessed.
        feed: What is declared beside cells and numbers.
        required: Columns of the raw table without which files of a known export are refused.
        notes: What a person must know of a known export.
        csv: How the files of a known export are written, where that never varies.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    to_fill: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    known_export: str = ""
    feed: dict[str, Any] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    csv: dict[str, Any] = field(default_factory=dict)


def guess_cells(columns: Sequence[SampleColumn]) -> Guessed:
    """Guess the declaration of a feed.

    Args:
        columns: All columns of the sample, in the order of the file.
    """
    guessed = Guessed()
    taken = _by_header(columns, guessed)
    for cell, column in taken.items():
        said, told = _declared(cell, column, guessed)
        guessed.cells[cell] = said
        guessed.told.append((f"{column.header} -> {cell}", told))
    _share_numbers(guessed, taken)
    if "status" not in taken:
        guessed.cells["status"] = {"constant": "Completed"}
        guessed.told.append(("(no column) -> status", "every row is Completed"))
    for cell in ("transaction_at", *(() if "amount" in taken else ("quantity", "unit_price"))):
        if cell not in taken:
            guessed.to_fill.append(f"{cell}: COLUMN")
            guessed.told.append(
                (f"(no column) -> {cell}", "write its line; else every row breaks a rule")
            )
    used = {column.header for column in taken.values()}
    guessed.unused = [column.header for column in columns if column.header not in used]
    return guessed


def _share_numbers(guessed: Guessed, taken: dict[str, SampleColumn]) -> None:
    """Declare one form of numbers for the feed where all of its number columns are written so."""
    columns = {cell: taken[cell] for cell in _NUMBER_CELLS if cell in taken}
    signs = {
        (said["decimal"], said.get("thousands", ""))
        for cell in columns
        if isinstance(said := guessed.cells[cell], dict)
    }
    if len(signs) != 1:
        return
    decimal, thousands = signs.pop()
    for column in columns.values():
        reading = read_numbers(column.cells)
        form = number_form(decimal, thousands)
        read = sum(bool(form.match(cell)) for cell in filled_cells(column.cells))
        if reading is None or read < reading.read:
            return
    guessed.numbers = {"decimal": decimal, **({"thousands": thousands} if thousands else {})}
    for cell, column in columns.items():
        guessed.cells[cell] = column.name


def plain(text: str) -> str:
    """Return a text in small letters, without accents, blanks and signs."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[^a-z0-9]", "", folded)


def _by_header(columns: Sequence[SampleColumn], guessed: Guessed) -> dict[str, SampleColumn]:
    """Return the column of each cell whose header names it and whose contents can be it."""
    taken: dict[str, SampleColumn] = {}
    for cell, names in _words()["cells"].items():
        fitting = [
            column
            for name in names
            for column in columns
            if plain(column.header) == name and column not in taken.values()
        ]
        fitting = [column for column in fitting if _can_be(cell, column)]
        if fitting:
            taken[cell] = fitting[0]
            for other in fitting[1:]:
                guessed.told.append((other.header, f"could be {cell} as well; not used"))
    return taken


def _can_be(cell: str, column: SampleColumn) -> bool:
    if cell == "transaction_at":
        return read_times(column.cells) is not None
    if cell in _NUMBER_CELLS:
        return read_numbers(column.cells) is not None
    if cell == "status":
        return len(values_of(column.cells)) <= _MOST_STATUSES
    return True


def _declared(cell: str, column: SampleColumn, guessed: Guessed) -> tuple[Any, str]:
    """Return what is declared of a cell, and what is told of it."""
    if cell == "transaction_at":
        return _time(column, guessed)
    if cell in _NUMBER_CELLS:
        return _number(cell, column, guessed)
    if cell == "status":
        return _status(column, guessed)
    return column.name, "text"


def _time(column: SampleColumn, guessed: Guessed) -> tuple[Any, str]:
    reading = read_times(column.cells)
    assert reading is not None
    if reading.rivals:
        forms = " or ".join((reading.form, *reading.rivals))
        guessed.to_fill.append(f"transaction_at: {{column: {column.name}, times: [{forms}]}}")
        return column.name, f"{forms}: the sample does not tell; write times: [...]"
    if reading.form == "iso":
        return column.name, f"ISO 8601, {reading.told}"
    return {"column": column.name, "times": [reading.form]}, f"{reading.form}, {reading.told}"


def _number(cell: str, column: SampleColumn, guessed: Guessed) -> tuple[Any, str]:
    reading = read_numbers(column.cells)
    assert reading is not None
    decimal, _, thousands = reading.form.partition(" ")
    if reading.rivals:
        guessed.to_fill.append(f"{cell}: {{column: {column.name}, decimal: SIGN, thousands: SIGN}}")
        signs = " or ".join(
            f"decimal {one.partition(' ')[0]}" for one in (reading.form, *reading.rivals)
        )
        return column.name, f"{signs}: the sample does not tell; write decimal and thousands"
    if (decimal, thousands) == (".", "") and _is_plain(column):
        return column.name, f"number, {reading.told}"
    said: dict[str, str] = {"column": column.name, "decimal": decimal}
    named = f"decimal '{decimal}'"
    if thousands:
        said["thousands"] = thousands
        named += f", thousands '{thousands}'"
    return said, f"{named}, {reading.told}"


def _is_plain(column: SampleColumn) -> bool:
    """Return whether silver reads all of the numbers without a declared form."""
    reading = read_numbers(column.cells)
    filled = [cell.strip() for cell in column.cells if cell.strip()]
    strict = sum(bool(re.fullmatch(r"-?\d+(\.\d+)?", cell)) for cell in filled)
    return reading is not None and strict == reading.read


def _status(column: SampleColumn, guessed: Guessed) -> tuple[Any, str]:
    values = values_of(column.cells)
    if all(plain(value) in map(plain, _KNOWN) for value in values):
        return column.name, f"{len(values)} values, all known"
    known = {
        value: status for value in values if (status := _words()["statuses"].get(plain(value)))
    }
    open_values = [value for value in values if value not in known]
    told = ", ".join(f"{value} is {status}" for value, status in known.items()) or "no value known"
    if open_values:
        shown = ", ".join(open_values[:5])
        told += f"; not known: {shown}"
        guessed.to_fill += [f"status: values: {value}: STATUS" for value in open_values]
    return {"column": column.name, "values": known}, told


@cache
def _words() -> dict[str, Any]:
    """Return header words by cell, and statuses by what cells say."""
    content = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    statuses = content.pop("statuses")
    return {
        "cells": {cell: words.split() for cell, words in content.items()},
        "statuses": {word: status for status, words in statuses.items() for word in words.split()},
    }
