"""Lines that are no records: blank ones, bytes that are no text, headers, totals, footers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from python_jobs.feeds.raw_files.closing_rows import (
    FOOTER_ROW,
    TOTAL_ROW,
    TOTAL_WORDS,
    is_footer,
    is_total,
)
from python_jobs.feeds.raw_files.grammar import RecordGrammar, Signs

NOT_OF_THE_ENCODING = "not_of_the_encoding"
NUL_BYTE = "nul_byte"
REPEATED_HEADER = "repeated_header"
# How words of totals begin. Few lines do, and a search for this costs little.
_TOTAL_STARTS = (
    rb"(?:[tT][oO][tT]|[sS][uU][mMbB]|[sS][oO][mM]|[gG][rREe][aAsS]|[zZ][wW][iI]|[rR][aA][zZ])"
)
_MOST_FOOTERS, _LONGEST_FOOTER = 20, 1000

_MARK = "\ufeff".encode()

Why = tuple[str, str]


class BlankLines:
    """Finds lines that hold delimiters and blanks alone, as spreadsheets write below a table.

    In a file of one column they are blank cells, and only an empty line is blank.

    Args:
        signs: How cells are written.
        columns: How many cells a record has.
    """

    def __init__(self, signs: Signs, columns: int) -> None:
        self._signs = b"\r\n" + (f" \t{signs.delimiter}".encode() if columns > 1 else b"")
        any_sign = b"(?:[ \t]|%b)" % re.escape(signs.delimiter.encode())
        self._line = re.compile(rb"\n%b++\r?(?=\n)" % any_sign) if columns > 1 else None

    def is_one(self, line: bytes) -> bool:
        """Return whether a whole line is blank."""
        return not line.strip(self._signs)

    def find(self, text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each blank line; start and end are those of lines."""
        if self._line is None:
            return
        first = text.index(b"\n", start) + 1
        if self.is_one(text[start:first]):
            yield start, first
        for match in self._line.finditer(text, start, end):
            yield match.start() + 1, match.end() + 1


class NoRecords:
    """Finds such lines in a piece of a text.

    Args:
        signs: How cells are written.
        columns: How many cells a record has.
        headers: The header's lines, which some exports repeat.
    """

    def __init__(self, signs: Signs, columns: int, headers: Sequence[bytes]) -> None:
        self._columns = columns
        self._blank = BlankLines(signs, columns)
        self._grammar = RecordGrammar(signs)
        self._headers = [header for header in headers if header] if columns > 1 else []
        before = rb"[ \t%b]*+" % re.escape((signs.quote + signs.delimiter).encode())
        self._maybe_totals = re.compile(rb"\n%b%b" % (before, _TOTAL_STARTS))
        words = TOTAL_WORDS.encode()
        self._total = re.compile(rb"%b(?:%b)(?![a-zA-Z0-9])" % (before, words), re.IGNORECASE)

    def find(self, text: bytes, end: int) -> list[tuple[int, int, Why]]:
        """Return (start, end, reason and detail) of each line that can be no record, in order."""
        found = {
            start: (stop, (NOT_OF_THE_ENCODING, "bytes that are no text"))
            for start, stop in _undecodable_lines(text, end)
        }
        for start, stop in _lines_with(text, b"\0", end):
            found.setdefault(start, (stop, (NUL_BYTE, "a NUL byte in the line")))
        for header in self._headers:
            for start, stop in _lines_with(text, header, end):
                # The shell joins files with the mark that each begins with.
                if text[start:stop].removeprefix(_MARK).rstrip(b"\r\n") == header:
                    found.setdefault(start, (stop, (REPEATED_HEADER, "the header once more")))
        if self._columns > 1:
            for start, stop in self._totals(text, end):
                found.setdefault(start, (stop, (TOTAL_ROW, "a line of totals")))
        return [(start, stop, why) for start, (stop, why) in sorted(found.items())]

    def footers(self, text: bytes, end: int) -> list[tuple[int, int, Why]]:
        """Return the footers, as ``find`` does, that stand behind everything else before ``end``.

        Whether they are footers is known at the end of the file only.
        """
        found: list[tuple[int, int, Why]] = []
        while end > 0 and self._columns > 1 and len(found) < _MOST_FOOTERS:
            start = text.rfind(b"\n", 0, end - 1) + 1
            line = text[start:end]
            if not self._blank.is_one(line):
                if len(line) > _LONGEST_FOOTER or not is_footer(self._grammar.cells(line)[0]):
                    break
                found.append((start, end, (FOOTER_ROW, "a remark below the data")))
            end = start
        return found[::-1]

    def _totals(self, text: bytes, end: int) -> Iterator[tuple[int, int]]:
        starts = [0, *(match.start() + 1 for match in self._maybe_totals.finditer(text, 0, end))]
        for start in starts:
            if start < end and self._total.match(text, start):
                stop = text.index(b"\n", start) + 1
                cells, _ = self._grammar.cells(text[start:stop])
                # A shorter line may be part of a cell of several lines.
                if len(cells) >= self._columns and is_total(cells, self._columns):
                    yield start, stop


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
