"""Parts a text into records: good ones in bulk, bad ones line by line, each in its place.

The grammar is RFC 4180, and a quote inside an unquoted cell is plain text. A record that does not
fit is set aside by its first line alone, and reading goes on with the next line, so that no bad
line takes its neighbours with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from python_jobs.feeds.raw_files.no_records import NoRecords

MAX_RECORD_BYTES = 1 << 20  # A quote that is still open after that many bytes was never closed.
CR_SWAP = bytes.maketrans(b"\r\n", b"\n\r")  # Makes a text whose lines end with CR one with LF.

TOO_FEW_CELLS = "too_few_cells"
TOO_MANY_CELLS = "too_many_cells"
BROKEN_QUOTING = "broken_quoting"


@dataclass(frozen=True)
class SetAsideLine:
    """A line that is no row.

    Attributes:
        row_number: Its place among all records of the file, from 1.
        line_number: Line of the file, from 1; the header counts.
        reason: The id of the rule that it breaks, such as ``too_few_cells`` or ``total_row``.
        detail: The reason with its figures.
        text: The line, with U+FFFD for what cannot be read.
        content: Its bytes as they stand in the unpacked file, without the line end.
    """

    row_number: int
    line_number: int
    reason: str
    detail: str
    text: str
    content: bytes


class RecordGrammar:
    """What a well-formed record looks like.

    Args:
        delimiter: What parts cells, one ASCII character.
        quote: What quoted cells stand in, one ASCII character.
        columns: How many cells a record has; any number by default.
    """

    def __init__(self, delimiter: str, quote: str, columns: int | None = None) -> None:
        self._columns = columns
        self._quote = quote
        d, q = re.escape(delimiter.encode()), re.escape(quote.encode())
        # The signs ++ and *+ give nothing back: a match costs one pass, whatever the text.
        plain = rb"(?!%b)(?:[^%b\r\n]++|\r(?!\n))*+" % (q, d)
        any_cell = rb"(?:%b(?:[^%b]++|%b%b)*+%b|%b)" % (q, q, q, q, q, plain)
        line_cell = rb"(?:%b(?:[^%b\n]++|%b%b)*+%b|%b)" % (q, q, q, q, q, plain)
        self._cell = re.compile(rb"(%b)(?:%b|\r?\n)" % (any_cell, d))
        self._lenient_cell = re.compile(
            rb"(?:^|%b)(?:%b(?:[^%b]++|%b%b)*+%b(?=%b|$)|[^%b]*+)" % (d, q, q, q, q, q, d, d)
        )
        self._record = re.compile(self._pattern(any_cell, d))
        self._lines = re.compile(rb"(?:%b)*+" % self._pattern(line_cell, d))

    def _pattern(self, cell: bytes, delimiter: bytes) -> bytes:
        often = b"*+" if self._columns is None else b"{%d}+" % (self._columns - 1)
        return rb"(?!\r?\n)%b(?:%b%b)%b\r?\n" % (cell, delimiter, cell, often)

    def lines_until(self, text: bytes, start: int, end: int) -> int:
        """Return where the run of records of one line each that begins at ``start`` ends."""
        found = self._lines.match(text, start, end)
        assert found is not None
        return found.end()

    def record_until(self, text: bytes, start: int, end: int) -> int:
        """Return where the record that begins at ``start`` ends; ``start`` where there is none."""
        found = self._record.match(text, start, end)
        return found.end() if found else start

    def cells(self, text: bytes, start: int = 0) -> tuple[list[str], int]:
        """Return the cells of the well-formed record at ``start``, and where it ends."""
        end = self.record_until(text, start, len(text))
        cells = []
        while start < end:
            part = self._cell.match(text, start)
            assert part is not None
            cells.append(self._unquoted(part.group(1).decode("utf-8", "replace")))
            start = part.end()
        return cells, end

    def joins_sound_lines(self, record: bytes) -> bool:
        """Return whether each line of a record would be one by itself, its quotes plain text.

        Then two stray quotes have joined lines that do not belong together.
        """
        lines = record.rstrip(b"\r\n").split(b"\n")
        counts = {len(self._lenient_cell.findall(line.rstrip(b"\r"))) for line in lines}
        return counts == {self._columns}

    def _unquoted(self, cell: str) -> str:
        if cell.startswith(self._quote):
            return cell[1:-1].replace(self._quote * 2, self._quote)
        return cell


@dataclass
class Block:
    """What a piece of the text came to.

    Attributes:
        good: The bytes of the good records, one after the other.
        row_numbers: Number of each good record in the file.
        line_numbers: Line of each.
        set_aside: The lines that are no rows; ``content`` still in UTF-8.
    """

    good: list[memoryview] = field(default_factory=list)
    row_numbers: list[npt.NDArray[np.int64]] = field(default_factory=list)
    line_numbers: list[npt.NDArray[np.int64]] = field(default_factory=list)
    set_aside: list[SetAsideLine] = field(default_factory=list)


class RecordReader:
    """Parts a text, piece by piece, and numbers its records and lines.

    Args:
        delimiter: What parts cells.
        quote: What quoted cells stand in.
        columns: How many cells a record has.
        first_line: Number of the line on which the text begins.
        header: The header's line, which some exports repeat; blank for none.

    Attributes:
        blank_lines: Empty lines so far; they are no records.
    """

    def __init__(
        self, delimiter: str, quote: str, columns: int, first_line: int, header: bytes = b""
    ) -> None:
        self._grammar = RecordGrammar(delimiter, quote, columns)
        self._any_number = RecordGrammar(delimiter, quote)
        self._no_records = NoRecords(delimiter, quote, columns, header, self._any_number.cells)
        self._quote = quote.encode()
        self._columns = columns
        self._line = first_line
        self._row = 1
        self.blank_lines = 0

    def read(self, text: bytes, *, is_last: bool) -> tuple[Block, bytes]:
        """Part a piece of the text that begins where a record does.

        Args:
            text: The piece.
            is_last: Whether the text ends here.

        Returns:
            What it came to, and what must stand before the next piece.
        """
        if is_last and text and not text.endswith(b"\n"):
            text += b"\n"
        block = Block()
        whole = text.rfind(b"\n") + 1
        position = 0
        for bad_start, bad_end, why in [
            *self._no_records.find(text, whole),
            (whole, whole, ("", "")),
        ]:
            # A line that is no record is a wall: a record does not reach across.
            is_wall = bad_end > bad_start
            position = self._read_part(
                block, text, position, bad_start, ends_here=is_wall or is_last
            )
            if position < bad_start:
                break
            if is_wall:
                self._set_aside(block, text[bad_start:bad_end], *why)
                position = bad_end
        return block, text[position:]

    def _read_part(
        self, block: Block, text: bytes, start: int, end: int, *, ends_here: bool
    ) -> int:
        """Read lines of valid text; return how far, which is short of the end for want of more."""
        while start < end:
            stop = self._grammar.lines_until(text, start, end)
            if stop > start:
                lines = text.count(b"\n", start, stop)
                self._add(block, memoryview(text)[start:stop], records=lines, lines=lines)
                start = stop
                continue
            line_end = text.index(b"\n", start) + 1
            line = text[start:line_end]
            if not line.rstrip(b"\r\n"):
                self.blank_lines += 1
                self._line += 1
                start = line_end
                continue
            stop = self._grammar.record_until(text, start, min(end, start + MAX_RECORD_BYTES))
            if stop > start and not self._grammar.joins_sound_lines(text[start:stop]):
                lines = text.count(b"\n", start, stop)
                self._add(block, memoryview(text)[start:stop], records=1, lines=lines)
                start = stop
                continue
            may_go_on = self._quote in line and end - start < MAX_RECORD_BYTES
            if stop == start and may_go_on and not ends_here:
                return start
            self._set_aside(block, line, *self._reason(line))
            start = line_end
        return start

    def _add(self, block: Block, good: memoryview, *, records: int, lines: int) -> None:
        block.good.append(good)
        block.row_numbers.append(np.arange(self._row, self._row + records, dtype=np.int64))
        block.line_numbers.append(np.arange(self._line, self._line + records, dtype=np.int64))
        self._row += records
        self._line += lines

    def _set_aside(self, block: Block, line: bytes, reason: str, detail: str) -> None:
        content = line.removesuffix(b"\n").removesuffix(b"\r")
        block.set_aside.append(
            SetAsideLine(
                row_number=self._row,
                line_number=self._line,
                reason=reason,
                detail=detail,
                text=content.decode("utf-8", "replace"),
                content=content,
            )
        )
        self._row += 1
        self._line += 1

    def _reason(self, line: bytes) -> tuple[str, str]:
        cells, _ = self._any_number.cells(line)
        if not cells or len(cells) == self._columns:
            detail = "a quote is never closed, or text stands after a closing one"
            return BROKEN_QUOTING, detail
        detail = f"{len(cells):,} cells where the header has {self._columns:,}"
        return (TOO_FEW_CELLS if len(cells) < self._columns else TOO_MANY_CELLS), detail
