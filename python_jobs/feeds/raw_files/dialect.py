"""How a CSV text is laid out, found in its first lines: signs, line end, preamble, header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from python_jobs.feeds.raw_files.formats import FileFormat, UnreadableFileError
from python_jobs.feeds.raw_files.grammar import Signs
from python_jobs.feeds.raw_files.header import (
    HeaderPlace,
    check_header,
    find_header,
    joined_names,
    named,
)
from python_jobs.feeds.raw_files.records import CR_SWAP
from python_jobs.feeds.raw_files.signs import (
    DELIMITERS,
    SampleRow,
    check_signs,
    find_delimiter,
    find_quote,
    signs_of,
)

_EXCEL_HINT = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)
_MOSTLY = 0.9  # Of the rows: end with a delimiter that the header lacks, or deny a first line.


@dataclass(frozen=True)
class Dialect:
    """How the text is laid out.

    Attributes:
        signs: How cells are written.
        line_end: ``LF``, ``CRLF``, ``CR`` or ``mixed``.
        columns: The header's names, without blanks around them; each once, none blank.
        headers: The header's lines, without their ends.
        start: Where the first line after the header begins, in bytes.
        first_line: Number of that line.
        header_line: Number of the header's first line.
        blank_lines: Empty lines above the header, and lines of blank cells.
        preamble: Other lines above the header.
        nameless_at_end: How many of the last columns have no name in the header.
        rows_end_with_delimiter: Whether rows have a delimiter at their end that the header lacks.
    """

    signs: Signs
    line_end: str
    columns: list[str]
    headers: list[bytes]
    start: int
    first_line: int
    header_line: int
    blank_lines: int
    preamble: list[str] = field(default_factory=list)
    nameless_at_end: int = 0
    rows_end_with_delimiter: bool = False


def find_dialect(sample: bytes, name: str, said: FileFormat) -> Dialect:
    """Find out how a text is laid out.

    Args:
        sample: The start of the text in UTF-8, without a byte order mark; whole lines.
        name: What the file is called in messages.
        said: What need not be found out.

    Raises:
        UnreadableFileError: There is no header, or two delimiters fit.
    """
    line_end = line_end_of(sample)
    if line_end == "CR":
        sample = sample.translate(CR_SWAP)
    if not sample.strip(b" \t\r\n"):
        raise UnreadableFileError(f"{name} has only blank lines; request the file again")
    if not sample.endswith(b"\n"):
        sample += b"\n"
    check_signs(said, name)
    top = len(sample) - len(sample.lstrip(b"\r\n"))
    hint = _EXCEL_HINT.match(sample, top)
    above = top
    if hint:
        said = replace(said, delimiter=said.delimiter or hint.group(1).decode())
        above = hint.end()
    if said.header_line is not None:
        start = _start_of_line(sample, said.header_line, name)
        above = min(above, start)
        signs, rows, place = _first_line(sample[start:], name, said)
    else:
        start = above
        signs, rows, place = _find(sample[start:], name, said)
    return _dialect(sample, said, line_end, signs, (top, above, start), rows, place, name)


def _dialect(
    sample: bytes,
    said: FileFormat,
    line_end: str,
    signs: Signs,
    starts: tuple[int, int, int],
    rows: Sequence[SampleRow],
    place: HeaderPlace,
    name: str,
) -> Dialect:
    top, above, start = starts
    lines = rows[place.row : place.row + place.rows]
    header_start, end = start + lines[0].start, start + lines[-1].end
    header_line = sample.count(b"\n", 0, header_start) + 1
    if not all(line.is_sound for line in lines):
        raise UnreadableFileError(
            f"{name}, line {header_line}: the header's quoting is broken; fix that line"
        )
    header = [cell.strip() for cell in lines[0].cells]
    if len(lines) > 1:
        header = joined_names(lines[0].cells, lines[1].cells)
    if said.header_line is None:
        check_header(header, name)
    nameless = next((n for n, cell in enumerate(reversed(header)) if cell), 0)
    between = sample[above:header_start].decode("utf-8", "replace").split("\n")[:-1]
    nothing = f" \t\r{signs.delimiter}{signs.quote}"
    preamble = [line.strip() for line in between if line.strip(nothing)]
    return Dialect(
        signs=signs,
        line_end=line_end,
        columns=named(header, name),
        headers=[sample[start + r.start : start + r.end].rstrip(b"\r\n") for r in lines],
        start=end,
        first_line=sample.count(b"\n", 0, end) + 1,
        header_line=header_line,
        blank_lines=sample[:top].count(b"\n") + len(between) - len(preamble),
        preamble=preamble,
        nameless_at_end=0 if said.as_it_stands else nameless,
        rows_end_with_delimiter=not said.as_it_stands
        and _end_with_delimiter(rows[place.row + place.rows :], len(header)),
    )


def _first_line(
    body: bytes, name: str, said: FileFormat
) -> tuple[Signs, list[SampleRow], HeaderPlace]:
    """Return signs, rows and the header's place where the header is the first line."""
    quote = said.quote or find_quote(body)
    delimiter = said.delimiter or find_delimiter(body, name, quote)
    signs, rows = signs_of(body, delimiter, quote, said)
    place = next((place for place, row in enumerate(rows) if row.cells), 0)
    if len(rows) < place + (said.header_lines or 1):
        raise UnreadableFileError(f"{name} has no second line of its header; fix header_lines")
    return signs, rows, HeaderPlace(place, said.header_lines or 1)


def _find(body: bytes, name: str, said: FileFormat) -> tuple[Signs, list[SampleRow], HeaderPlace]:
    """Return signs and rows of the text, and where among the rows the header is."""
    signs, rows, first = _first_line(body, name, said)
    if said.as_it_stands:
        return signs, rows, first
    place = find_header([row.cells for row in rows])
    if said.delimiter is None and (place is None or place.row == 0):
        for other in DELIMITERS:
            is_likely = body[: rows[-1].end].count(other.encode()) >= len(rows) / 2
            if other == signs.delimiter[0] or not is_likely:
                continue
            others, other_rows = signs_of(body, other, signs.quote, said)
            found = find_header([row.cells for row in other_rows])
            if found is None or found.row == 0:
                continue
            if place is None or _denies(found, other_rows, place, rows):
                signs, rows, place = others, other_rows, found
    place = place or first
    if said.header_lines == 2 and place.rows == 1:
        is_below = place.row > 0 and len(rows[place.row - 1].cells) == len(rows[place.row].cells)
        place = replace(place, row=place.row - 1 if is_below else place.row, rows=2)
        if place.row + 1 >= len(rows):
            raise UnreadableFileError(f"{name} has no second line of its header; fix header_lines")
    elif said.header_lines == 1 and place.rows == 2:
        place = replace(place, row=place.row + 1, rows=1)
    return signs, rows, place


def _denies(
    found: HeaderPlace, rows: Sequence[SampleRow], place: HeaderPlace, by_first: Sequence[SampleRow]
) -> bool:
    """Return whether a header below, by another delimiter, is better than the one found before."""
    if place.row > 0:
        return (found.agreement, found.width) > (place.agreement, place.width)
    start = rows[found.row].start
    there = next((row for row in by_first if row.start == start), None)
    is_alike = there is not None and len(there.cells) == place.width
    return found.agreement >= _MOSTLY and found.width > place.width and not is_alike


def _end_with_delimiter(rows: Sequence[SampleRow], columns: int) -> bool:
    wide = [row.cells for row in rows if len(row.cells) > 1]
    more = sum(len(cells) == columns + 1 and not cells[-1].strip() for cells in wide)
    return columns > 1 and more > 0 and more >= _MOSTLY * len(wide)


def _start_of_line(sample: bytes, number: int, name: str) -> int:
    """Return where a line begins; it is filled."""
    start = 0
    for _ in range(number - 1):
        start = sample.find(b"\n", start) + 1
        if start == 0:
            break
    if (number > 1 and start == 0) or not sample[start:].split(b"\n", 1)[0].strip():
        raise UnreadableFileError(f"{name} has no header on line {number}; fix header_line")
    return start


def line_end_of(sample: bytes) -> str:
    """Return how lines end; the end of the first line tells whether a bare CR ends one."""
    first = re.search(rb"\r\n|\r|\n", sample)
    if first and first.group() == b"\r":
        return "CR"
    feeds, both = sample.count(b"\n"), sample.count(b"\r\n")
    return "LF" if both == 0 else "CRLF" if both == feeds else "mixed"
