"""How a column of times is written, told by the models' own patterns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from python_jobs.feeds.forms import time_form
from python_jobs.feeds.guessing.cells import SampleColumn
from python_jobs.feeds.guessing.columns import ENOUGH, Reading, clean, filled_cells
from python_jobs.feeds.guessing.headers import plain, words

# Best first: where several read the same cells, the first is taken.
_DATES = (
    *("yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy"),
    *("dd-MM-yyyy", "MM-dd-yyyy", "d-M-yyyy", "M-d-yyyy", "yyyy/MM/dd", "yyyy/M/d", "yyyy-M-d"),
    *("yyyy.MM.dd", "yyyyMMdd", "dd.MM.yy", "d.M.yy", "dd/MM/yy", "MM/dd/yy", "d/M/yy", "M/d/yy"),
    *("dd-MM-yy", "MM-dd-yy", "d MMM yyyy", "dd MMM yyyy", "MMM d, yyyy", "MMM d yyyy"),
    *("dd-MMM-yyyy", "d-MMM-yyyy", "dd-MMM-yy", "d-MMM-yy", "dd MMM yy", "d. MMM yyyy"),
    *("dd/MMM/yyyy", "MM.dd.yyyy"),
)
_CLOCKS = (
    *("", " HH:mm", " HH:mm:ss", " H:mm", " H:mm:ss", " h:mm a", " h:mm:ss a", " hh:mm a"),
    *(" h:mma", "THH:mm:ss", ", HH:mm", ", HH:mm:ss", ", h:mm a", ", h:mm:ss a", " HH.mm"),
    *(" HH:mm z", " HH:mm:ss z", " HH:mm:ssXXX", " h:mm a z", " h:mm:ss a z", ", h:mm a z"),
)
_OTHERS = ("yyyyMMddHHmmss", "yyyyMMdd HHmmss", "unix", "unix_ms", "excel")
_PROBES = 150  # Cells that tell which patterns are tried on all.
_DAY_FIRST, _MONTH_FIRST = re.compile(r"d+[^d]M"), re.compile(r"M+[^M]d")
_DAY_OF_DIGITS = re.compile(r"[12]\d{7}")
_CLOCK_OF_DIGITS = re.compile(r"([01]\d|2[0-3])([0-5]\d){2}")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}([:.]\d{2})?( ?[AaPp]\.?[Mm]\.?)?")


def read_times(cells: Sequence[str]) -> Reading | None:
    """Return how the cells are written as times; None where they are none."""
    filled = filled_cells(cells)
    probes = filled[:: max(1, len(filled) // _PROBES)]
    days = [day for day in _DATES if any(map(_begins_with(day).match, probes))]
    tried = ("iso", *(f"{day}{clock}" for day in days for clock in _CLOCKS), *_OTHERS)
    forms = [form for form in tried if any(map(time_form(form).match, probes))]
    if not forms:
        return None
    read = {form: [bool(time_form(form).match(cell)) for cell in filled] for form in forms}
    form = max(forms, key=lambda one: (sum(read[one]), -forms.index(one)))
    count = sum(read[form])
    if count == len(filled) or count < len(filled) * (1 - ENOUGH) or not count:
        return _told(form, filled, count) if count >= ENOUGH * len(filled) else None
    for other in sorted(forms, key=lambda one: -sum(read[one])):
        # No cell may fit both, and days and months may not trade places.
        pairs = list(zip(read[form], read[other], strict=True))
        if all(one != two for one, two in pairs) and _days(_swapped(form)) != _days(other):
            return _two_forms(form, other, filled, count)
    return _told(form, filled, count) if count >= ENOUGH * len(filled) else None


def clock_column(
    day: SampleColumn, columns: Sequence[SampleColumn], taken: Collection[str]
) -> SampleColumn | None:
    """Return the column of clock times that belongs to a column of days; None where there is none.

    Args:
        day: The column of days.
        columns: All columns, in the order of the file.
        taken: Names of columns that are cells already.
    """
    if any(re.search(r"\d:\d", cell) for cell in day.cells):
        return None
    place = [column.name for column in columns].index(day.name)
    digits_alone = all(map(_DAY_OF_DIGITS.fullmatch, filled_cells(day.cells)))
    for at, column in enumerate(columns):
        filled = filled_cells(column.cells)
        is_clock = plain(column.header) in words()["beside"]["clocks"]
        beside = abs(at - place) == 1 or is_clock
        clocks = sum(bool(_CLOCK.fullmatch(cell)) for cell in filled)
        has_colons = any(":" in cell for cell in filled)
        if beside and column.name not in taken and has_colons and clocks == len(filled):
            return column
        if is_clock and digits_alone and all(map(_CLOCK_OF_DIGITS.fullmatch, filled)):
            return column
    return None


def joined(columns: Sequence[SampleColumn]) -> list[str]:
    """Return the cells of several columns joined by a blank, as a mapping model joins them."""
    rows = zip(*(column.cells for column in columns), strict=True)
    return [" ".join(map(clean, row)).strip() for row in rows]


def _told(form: str, filled: Sequence[str], count: int) -> Reading:
    """Return a reading with what tells days from months; with a rival where nothing does."""
    if "MMM" in form or not (_DAY_FIRST.match(form) or _MONTH_FIRST.match(form)):
        return Reading(form, count, len(filled))
    swapped = _swapped(form)
    if swapped != form and sum(map(bool, map(time_form(swapped).match, filled))) == count:
        return Reading(form, count, len(filled), rivals=(swapped,))
    above = _above_twelve(form, filled)
    which = "day" if _DAY_FIRST.match(form) else "month"
    days = "1 day is" if above == 1 else f"{above:,} days are"
    return Reading(form, count, len(filled), f"{which} first, since {days} above 12")


def _two_forms(form: str, other: str, filled: Sequence[str], count: int) -> Reading:
    """Return a reading of two forms that together read all cells, each as it is told by its own."""
    first = _told(form, [cell for cell in filled if time_form(form).match(cell)], count)
    rest = [cell for cell in filled if not time_form(form).match(cell)]
    second = _told(other, rest, len(rest))
    why = "; ".join(filter(None, (f"{len(rest):,} of them as {other}", first.why, second.why)))
    rivals = first.rivals or tuple(f"{form}, {one}" for one in second.rivals)
    return Reading(form, len(filled), len(filled), why, rivals, (other,))


@cache
def _begins_with(day: str) -> re.Pattern[str]:
    return re.compile(time_form(day).pattern.removesuffix("$"))


@cache
def _days(form: str) -> str:
    """Return how a pattern begins, whether days and months have one digit or two: `d/M`."""
    begin = re.match(r"(?:d+|M{1,2})[^\w](?:d+|M{1,2})(?!M)", form)
    return re.sub(r"(.)\1", r"\1", begin[0]) if begin else form


@cache
def _swapped(form: str) -> str:
    """Return a date pattern with day and month in each other's place."""
    return re.sub(r"(d+)([^\w])(M+)|(M+)([^\w])(d+)", _swap, form, count=1)


def _swap(match: re.Match[str]) -> str:
    first, sign, second = match[1] or match[4], match[2] or match[5], match[3] or match[6]
    return f"{second}{sign}{first}"


def _above_twelve(form: str, cells: Sequence[str]) -> int:
    """Return how many cells name a day above 12, which tells days from months."""
    place = 1 if _DAY_FIRST.match(form) else 2
    matches = (time_form(form).match(cell) for cell in cells)
    return sum(int(match[place]) > 12 for match in matches if match and match[place].isdigit())
