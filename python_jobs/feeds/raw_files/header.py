"""Where the header of a table is, among its first rows, and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from python_jobs.feeds.raw_files.formats import UnreadableFileError

Row = Sequence[str]  # Cells; none, or blank ones alone, for an empty line.

_MOST_ABOVE = 50
_AGREEMENT = 0.8  # Of the rows below a header that was found, before it is believed.
_SOUND = 0.5  # Of the rows below a first line, before another header is looked for.
_FILLED = 0.6
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")
_DATE_OR_ADDRESS = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d?[./]\d\d?[./]\d{2,4}.*|[^@\s]+@[^@\s]+\.\w+")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class HeaderPlace:
    """Where a header is.

    Attributes:
        row: Place of its first row, from 0.
        rows: How many rows it has, 1 or 2.
        agreement: Share of the rows below with as many cells.
        width: How many cells it has.
    """

    row: int
    rows: int = 1
    agreement: float = 1.0
    width: int = 0


def find_header(rows: Sequence[Row]) -> HeaderPlace | None:
    """Return where the header is; None where the first row is no header, and no other is one.

    The first filled row is the header unless most rows have more cells, or it lacks most of its
    own. Then it is the row of names on top of those rows, if what stands above it is no data.
    """
    first = next((place for place, row in enumerate(rows) if _filled(row)), None)
    if first is None:
        return None
    if _is_sound(rows[first], rows[first + 1 :]):
        return HeaderPlace(first, width=len(rows[first]))
    return _below(rows, first)


def holds_data(cells: Row) -> bool:
    """Return whether cells are data rather than names: a date, an address, or half are numbers."""
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    return any(map(_DATE_OR_ADDRESS.fullmatch, cells)) or 2 * numbers >= len(cells)


def check_header(columns: Row, name: str) -> None:
    """Raise UnreadableFileError where the names of columns are data."""
    if holds_data(columns):
        raise UnreadableFileError(
            f"{name} has no header: its first line holds data; put the columns' names above it, "
            "or declare header_line"
        )


def joined_names(top: Row, bottom: Row) -> list[str]:
    """Return the names of a header in two lines; a name on top holds for blank cells behind it."""
    names = []
    above = ""
    for place in range(max(len(top), len(bottom))):
        upper = top[place].strip() if place < len(top) else ""
        lower = bottom[place].strip() if place < len(bottom) else ""
        above = upper or above
        names.append(f"{above} {lower}".strip() if lower else upper)
    return names


def named(columns: Row, name: str) -> list[str]:
    """Return the header with names that tell: ``column_2`` for none, ``amount_2`` for the second.

    Raises:
        UnreadableFileError: No column has a name.
    """
    if not any(columns):
        raise UnreadableFileError(f"{name} has no header; name its columns in the first line")
    told: list[str] = []
    taken: set[str] = set()
    counts: Counter[str] = Counter()
    for place, column in enumerate(columns, 1):
        counts[column.casefold()] += 1
        count = counts[column.casefold()]
        one = column or f"column_{place}"
        one = f"{one}_{count}" if column and count > 1 else one
        while one.casefold() in taken:
            one += "_"
        taken.add(one.casefold())
        told.append(one)
    return told


def _is_sound(first: Row, below: Sequence[Row]) -> bool:
    filled = _filled(first)
    if len(filled) < 2 or 2 * len(filled) < len(first) or holds_data(first):
        return False
    return _agreement(len(first), below) >= _SOUND


def _below(rows: Sequence[Row], first: int) -> HeaderPlace | None:
    """Return the place of a header below the first filled row."""
    counts = Counter(len(row) for row in rows[first:] if len(row) > 1 and _filled(row))
    if not counts:
        return None
    most = max(counts, key=lambda width: (counts[width], width))
    found = [
        place
        for place in range(first, min(len(rows), first + _MOST_ABOVE))
        if len(rows[place]) in (most, most - 1) and _is_header(rows, first, place, most)
    ]
    if not found:
        return None
    place = max(found, key=lambda one: (len(_filled(rows[one])), -one))
    width = len(rows[place])
    agreement = _agreement(width, rows[place + 1 :])
    if place > first and _are_one_header(rows[place - 1], rows[place]):
        return HeaderPlace(place - 1, 2, agreement, width)
    return HeaderPlace(place, 1, agreement, width)


def _is_header(rows: Sequence[Row], first: int, place: int, most: int) -> bool:
    row, below = [cell.strip() for cell in rows[place]], rows[place + 1 :]
    filled = _filled(row)
    if len(filled) < max(2, _FILLED * len(row)):
        return False
    if any(_is_data(cell) and not _YEAR.fullmatch(cell) for cell in row) or holds_data(row):
        return False
    if _agreement(len(row), below) < _AGREEMENT:
        return False
    above, has_gap = rows[first:place], place > first and not _filled(rows[place - 1])
    if any(
        len(one) == most
        and len(_filled(one)) >= _FILLED * most
        and not (has_gap and len(_filled(one)) == 2 and not _is_data(one[0]))  # "From: 2025-01-01".
        for one in above
    ):
        return False
    same = [one for one in below if len(one) >= len(row) and list(one) != list(rows[place])]
    columns = [[one[at].strip() for one in same if one[at].strip()] for at in range(len(row))]
    again = sum(bool(cell) and cell in column for cell, column in zip(row, columns, strict=True))
    if 2 * again >= len(filled):
        return False
    is_title = len(_filled(rows[first])) < 2
    if most == len(rows[first]) == 2 and not has_gap:  # A name, and a column without one.
        return False
    if any(
        cell and column and sum(map(_is_data, column)) >= _FILLED * len(column)
        for cell, column in zip(row, columns, strict=True)
    ):
        return has_gap or is_title or _stands_apart(rows[first], most)
    return is_title and (has_gap or (len(row) > 2 and len(same) > 1))


def _stands_apart(first: Row, width: int) -> bool:
    """Return whether the first row can be no header of rows this wide that lacks a name."""
    filled = _filled(first)
    return len(filled) + 2 <= width or any(map(_is_data, filled))


def _are_one_header(top: Row, bottom: Row) -> bool:
    """Return whether two rows are one header: names that only the row on top makes distinct."""
    names = _filled(bottom)
    upper = _filled(top)
    if len(top) != len(bottom) or len(upper) < 2 or any(map(_is_data, upper)):
        return False
    joined = joined_names(top, bottom)
    distinct = len({name.casefold() for name in joined}) == len(joined)
    return len({name.casefold() for name in names}) < len(names) and distinct


def _agreement(width: int, below: Sequence[Row]) -> float:
    """Return the share of rows with so many cells, or one more that is blank; not footers."""
    filled = [row for row in below if _filled(row)]
    while filled and len(_filled(filled[-1])) == 1 < width:
        filled.pop()
    agree = sum(
        len(row) == width or (len(row) == width + 1 and not row[-1].strip()) for row in filled
    )
    return agree / len(filled) if filled else 1.0


def _filled(row: Row) -> list[str]:
    return [text for cell in row if (text := cell.strip())]


def _is_data(cell: str) -> bool:
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text) or _DATE_OR_ADDRESS.fullmatch(text)) or (
        sum(sign.isdigit() for sign in text) * 2 > len(text)
    )
