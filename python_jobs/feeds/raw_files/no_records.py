"""Lines that are no records, whatever their cells: bytes that are no text, headers, totals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

NOT_OF_THE_ENCODING = "not_of_the_encoding"
NUL_BYTE = "nul_byte"
REPEATED_HEADER = "repeated_header"
TOTAL_ROW = "total_row"
# What a line of totals begins with, in the languages that header words are known in.
_TOTAL_WORDS = (
    "grand total|subtotal|sub-total|total general|total g\u00e9n\u00e9ral|totaal|totale|totals"
    "|total|summe|gesamtsumme|gesamt|zwischensumme|somme|suma|soma|razem|sum"
)


class NoRecords:
    """Finds such lines in a piece of a text.

    Args:
        delimiter: What parts cells.
        quote: What quoted cells stand in.
        columns: How many cells a record has.
        header: The header's line, which some exports repeat; blank for none.
        cells: Returns the cells of a line, as ``RecordGrammar.cells`` does.
    """

    def __init__(
        self,
        delimiter: str,
        quote: str,
        columns: int,
        header: bytes,
        cells: Callable[[bytes], tuple[list[str], int]],
    ) -> None:
        self._columns = columns
        self._cells = cells
        self._header = header if columns > 1 else b""
        signs = re.escape(quote.encode()) + re.escape(delimiter.encode())
        self._totals = re.compile(
            rb"^[ \t%b]*(?:%b)[ :]*(?=[%b])[^\n]*$" % (signs, _TOTAL_WORDS.encode(), signs),
            re.IGNORECASE | re.MULTILINE,
        )

    def find(self, text: bytes, end: int) -> list[tuple[int, int, tuple[str, str]]]:
        """Return (start, end, reason and detail) of each line that can be no record, in order."""
        found = {
            start: (stop, (NOT_OF_THE_ENCODING, "bytes that are no text"))
            for start, stop in _undecodable_lines(text, end)
        }
        for start, stop in _lines_with(text, b"\0", end):
            found.setdefault(start, (stop, (NUL_BYTE, "a NUL byte in the line")))
        if self._header:
            for start, stop in _lines_with(text, self._header, end):
                if text[start:stop].rstrip(b"\r\n") == self._header:
                    found.setdefault(start, (stop, (REPEATED_HEADER, "the header once more")))
            for match in self._totals.finditer(text, 0, end):
                start, stop = match.start(), match.end() + 1
                if self._is_total(text[start:stop]):
                    found.setdefault(start, (stop, (TOTAL_ROW, "a line of totals")))
        return [(start, stop, why) for start, (stop, why) in sorted(found.items())]

    def _is_total(self, line: bytes) -> bool:
        """Return whether a line that begins with a word for totals lacks cells that sales have."""
        cells, _ = self._cells(line)
        filled = [cell for cell in cells if cell.strip()]
        return len(filled) < len(cells) and 2 * len(filled) <= self._columns + 1


def _undecodable_lines(text: bytes, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of each line before ``end`` that is no UTF-8."""
    if text.isascii():
        return []
    try:
        text[:end].decode("utf-8")
    except UnicodeDecodeError as error:
        start = text.rfind(b"\n", 0, error.start) + 1
    else:
        return []
    found = []
    for line in _lines(text, start, end):
        if not text[line[0] : line[1]].isascii():
            try:
                text[line[0] : line[1]].decode("utf-8")
            except UnicodeDecodeError:
                found.append(line)
    return found


def _lines_with(text: bytes, what: bytes, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each line before ``end`` that holds these bytes."""
    found = text.find(what, 0, end)
    while found >= 0:
        start, stop = text.rfind(b"\n", 0, found) + 1, text.index(b"\n", found) + 1
        yield start, stop
        found = text.find(what, stop, end)


def _lines(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.index(b"\n", start) + 1
        yield start, stop
        start = stop
