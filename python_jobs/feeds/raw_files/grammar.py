"""What a well-formed record looks like, whatever signs part its cells and stand around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNIT_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Signs:
    """How cells are written.

    Attributes:
        delimiter: What parts them, one character or two.
        quote: What quoted cells stand in, one ASCII character.
        escape: What stands before a quote that is text, beside a doubled quote; None for nothing.
        has_padded_quotes: Whether blanks around a quoted cell are none of it.
    """

    delimiter: str
    quote: str
    escape: str | None = None
    has_padded_quotes: bool = False

    @property
    def plain_delimiter(self) -> str:
        """What parts cells that ``RecordGrammar.as_plain`` has written."""
        return self.delimiter if len(self.delimiter.encode()) == 1 else _UNIT_SEPARATOR

    def can_be_plain(self, text: bytes) -> bool:
        """Return whether RFC 4180 with one-byte signs can say the same, so that Arrow reads it."""
        is_free = self.plain_delimiter == self.delimiter or _UNIT_SEPARATOR.encode() not in text
        return self.escape is None and is_free


class RecordGrammar:
    """What a well-formed record looks like: RFC 4180, and a stray quote is plain text.

    Args:
        signs: How cells are written.
        columns: How many cells a record has; any number by default.
        may_end_with_delimiter: Whether a delimiter may stand behind its last cell.
    """

    def __init__(
        self, signs: Signs, columns: int | None = None, *, may_end_with_delimiter: bool = False
    ) -> None:
        self._columns = columns
        self._may_end_with_delimiter = may_end_with_delimiter
        self._delimiter = signs.delimiter
        d, q = re.escape(signs.delimiter.encode()), re.escape(signs.quote.encode())
        escape = re.escape(signs.escape.encode()) if signs.escape else b""
        # The signs ++ and *+ give nothing back: a match costs one pass, whatever the text.
        plain = rb"(?!%b)(?:%b|\r(?!\n))*+" % (q, _sign(signs.delimiter, rb"\r\n"))
        inner = _inner(q, escape, rb"")
        blanks = rb"" if not signs.has_padded_quotes else _blanks(signs.delimiter)
        # Blanks are none of the cell only where the quotes hold all of it.
        whole = rb"(?=%b|\r?\n)" % d if blanks else b""
        if blanks:  # What such quotes hold may go on in the next line.
            plain = rb"(?!%b%b%b%b%b%b)%b" % (blanks, q, inner, q, blanks, whole, plain)
        any_cell, line_cell = (
            rb"(?:%b%b%b%b%b%b|%b)" % (blanks, q, text, q, blanks, whole, plain)
            for text in (inner, _inner(q, escape, rb"\n"))
        )
        self._cell = re.compile(
            rb"(?:%b%b(%b)%b%b%b|(%b))(?:%b|\r?\n)" % (blanks, q, inner, q, blanks, whole, plain, d)
        )
        written = rb"(?:%b(%b%b%b)%b%b|(%b))" % (blanks, q, inner, q, blanks, whole, plain)
        self._written = re.compile(rb"%b(?:%b|(\r?\n))" % (written, d))
        self._is_plain = not blanks and signs.plain_delimiter == signs.delimiter
        self._plain_delimiter = signs.plain_delimiter.encode()
        anything = rb"(?:%b)*+" % _sign(signs.delimiter, rb"")
        self._lenient_cell = re.compile(
            rb"(?:^|%b)(?:%b%b%b%b%b(?=%b|$)|%b)" % (d, blanks, q, inner, q, blanks, d, anything)
        )
        end = rb"(?:%b(?:%b%b)?+)?+" % (d, q, q) if may_end_with_delimiter else b""
        self._record = re.compile(self._pattern(any_cell, d, end))
        self._lines = re.compile(rb"(?:%b)*+" % self._pattern(line_cell, d, end))
        self._doubled = re.compile(f"{re.escape(signs.quote)}({re.escape(signs.quote)})")
        if signs.escape:
            one, other = re.escape(signs.escape), re.escape(signs.quote)
            self._doubled = re.compile(f"(?:{one}(?=[{one}{other}])|{other}(?={other}))(.)")

    def _pattern(self, cell: bytes, delimiter: bytes, end: bytes) -> bytes:
        often = b"*+" if self._columns is None else b"{%d}+" % (self._columns - 1)
        return rb"(?!\r?\n)%b(?:%b%b)%b%b\r?\n" % (cell, delimiter, cell, often, end)

    def lines_until(self, text: bytes, start: int, end: int) -> int:
        """Return where the run of records of one line each that begins at ``start`` ends."""
        found = self._lines.match(text, start, end)
        assert found is not None
        return found.end()

    def record_until(self, text: bytes, start: int, end: int) -> int:
        """Return where the record that begins at ``start`` ends; ``start`` where there is none."""
        found = self._record.match(text, start, end)
        return found.end() if found else start

    def cells(self, text: bytes, start: int = 0, most: int | None = None) -> tuple[list[str], int]:
        """Return the cells of the well-formed record at ``start``, and where it ends.

        Args:
            text: The text.
            start: Where the record begins.
            most: How many bytes it may have; any number by default.
        """
        end = self.record_until(text, start, len(text) if most is None else start + most)
        cells = []
        while start < end:
            part = self._cell.match(text, start)
            assert part is not None
            cells.append(self._text(*part.groups()))
            start = part.end()
        return (cells[: self._columns] if self._may_end_with_delimiter else cells), end

    def as_plain(self, text: bytes) -> bytes:
        """Return well-formed records as RFC 4180 has them, parted by ``plain_delimiter``."""
        if self._is_plain:
            return text
        return self._written.sub(
            lambda cell: (cell[1] or cell[2]) + (cell[3] or self._plain_delimiter), text
        )

    def loose_cells(self, line: bytes) -> list[str]:
        """Return the cells of a line that need not be well formed, quotes being plain text."""
        cells = self._lenient_cell.findall(line)
        return [cell.decode("utf-8", "replace").removeprefix(self._delimiter) for cell in cells]

    def joins_sound_lines(self, record: bytes) -> bool:
        """Return whether each line of a record would be one by itself, its quotes plain text.

        Then two stray quotes have joined lines that do not belong together.
        """
        lines = record.rstrip(b"\r\n").split(b"\n")
        counts = {len(self._lenient_cell.findall(line.rstrip(b"\r"))) for line in lines}
        return counts == {(self._columns or 0) + self._may_end_with_delimiter}

    def _text(self, quoted: bytes | None, plain: bytes | None) -> str:
        if quoted is None:
            return (plain or b"").decode("utf-8", "replace")
        return self._doubled.sub(r"\1", quoted.decode("utf-8", "replace"))


def _sign(delimiter: str, never: bytes) -> bytes:
    """Return the pattern of signs that do not part cells."""
    first, rest = (re.escape(part.encode()) for part in (delimiter[0], delimiter[1:]))
    if len(delimiter[0].encode()) > 1:
        return rb"(?!%b)%b" % (first + rest, rb"[^%b]" % never if never else rb"[\s\S]")
    signs = rb"[^%b%b]++" % (first, never)
    return signs if not rest else rb"%b|%b(?!%b)" % (signs, first, rest)


def _inner(quote: bytes, escape: bytes, never: bytes) -> bytes:
    """Return the pattern of what stands between quotes."""
    if not escape:
        return rb"(?:[^%b%b]++|%b%b)*+" % (quote, never, quote, quote)
    sign = rb"[^%b]" % never if never else rb"[\s\S]"
    return rb"(?:[^%b%b%b]++|%b%b|%b%b)*+" % (quote, escape, never, escape, sign, quote, quote)


def _blanks(delimiter: str) -> bytes:
    return rb"[ ]*+" if delimiter == "\t" else rb"[ \t]*+"
