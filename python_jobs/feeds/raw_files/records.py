"""Parts a text into records: good ones in bulk, bad ones line by line, each in its place.

A record that does not fit the grammar is set aside by its first line alone, and reading goes on
with the next line, so that no bad line takes its neighbours with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from python_jobs.feeds.raw_files.closing_rows import TOTAL_ROW, is_total
from python_jobs.feeds.raw_files.grammar import RecordGrammar, Signs
from python_jobs.feeds.raw_files.no_records import BlankLines, NoRecords

MAX_RECORD_BYTES = 1 << 20  # A quote that is still open after that many bytes was never closed.
_MOST_PIECES = 50  # Of a line, between bare CRs, that the quotes of one cell may hold.
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
        signs: How cells are written.
        columns: How many cells a record has.
        first_line: Number of the line on which the text begins.
        headers: The header's lines, which some exports repeat.
        may_end_with_delimiter: Whether a delimiter may stand behind a record's last cell.

    Attributes:
        blank_lines: Empty lines so far, and lines of delimiters alone; they are no records.
    """

    def __init__(
        self,
        signs: Signs,
        columns: int,
        first_line: int,
        headers: Sequence[bytes] = (),
        *,
        may_end_with_delimiter: bool = False,
    ) -> None:
        self._grammar = RecordGrammar(signs, columns, may_end_with_delimiter=may_end_with_delimiter)
        self._any_number = RecordGrammar(signs)
        self._no_records = NoRecords(signs, columns, headers)
        self._blank = BlankLines(signs, columns)
        self._quote = signs.quote.encode()
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
        footers = self._no_records.footers(text, whole)
        if footers and not is_last:
            whole, footers = footers[0][0], []
        position = 0
        walls = self._no_records.find(text, footers[0][0] if footers else whole)
        for bad_start, bad_end, why in [*walls, *footers, (whole, whole, ("", ""))]:
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
                self._add_lines(block, text, start, stop)
                start = stop
                continue
            line_end = text.index(b"\n", start) + 1
            line = text[start:line_end]
            if self._blank.is_one(line):
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
            after = self._read_parts(block, line)
            if not after:
                self._set_aside(block, line, *self._reason(line))
            start += after or len(line)
        return start

    def _read_parts(self, block: Block, line: bytes) -> int:
        """Read a line whose parts end in a bare CR and are records; return how far, 0 for none.

        A last part whose quote is open stays, since it may go on in the next line.
        """
        content = line.rstrip(b"\r\n")
        pieces = content.split(b"\r")
        if len(pieces) == 1 or self._columns == 1:
            return 0
        parts = self._parts(pieces)
        end = len(line)
        last, is_record = parts[-1]
        if not is_record and self._quote in last:
            parts.pop()
            end = len(content) - len(last) + 1
        if 2 * sum(is_record for _, is_record in parts) <= sum(bool(p.strip()) for p, _ in parts):
            return 0
        for part, is_record in parts:
            if is_record:
                self._add(block, memoryview(part), records=1, lines=1)
            elif part.strip():
                self._set_aside(block, part, *self._reason(part))
            else:
                self.blank_lines += 1
                self._line += 1
        return end

    def _parts(self, pieces: list[bytes]) -> list[tuple[bytes, bool]]:
        """Return the lines of these pieces, and whether each is a record; a quote holds pieces."""
        parts = []
        while pieces:
            for count in range(1, min(len(pieces), _MOST_PIECES) + 1):
                part = b"\r".join(pieces[:count]) + b"\n"
                is_record = self._grammar.lines_until(part, 0, len(part)) == len(part)
                if is_record or self._quote not in part:
                    break
            if not is_record:
                part, count = pieces[0] + b"\n", 1
            parts.append((part, is_record))
            del pieces[:count]
        return parts

    def _add_lines(self, block: Block, text: bytes, start: int, stop: int) -> None:
        """Add records of one line each, but for those whose cells are all blank."""
        for blank_start, blank_end in (*self._blank.find(text, start, stop), (stop, stop)):
            lines = text.count(b"\n", start, blank_start)
            if lines:
                part = memoryview(text)[start:blank_start]
                self._add(block, part, records=lines, lines=lines)
            if blank_end > blank_start:
                self.blank_lines += 1
                self._line += 1
            start = blank_end

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
        if is_total(cells, self._columns):
            return TOTAL_ROW, "a line of totals"
        detail = f"{len(cells):,} cells where the header has {self._columns:,}"
        return (TOO_FEW_CELLS if len(cells) < self._columns else TOO_MANY_CELLS), detail
