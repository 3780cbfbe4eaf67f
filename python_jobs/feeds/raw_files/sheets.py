"""Reads a sheet of an Excel workbook as it reads CSV: a header, perhaps below a preamble."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine as calamine

from python_jobs.feeds.raw_files.closing_rows import FOOTER_ROW, TOTAL_ROW, is_footer, is_total
from python_jobs.feeds.raw_files.formats import FileFormat, FoundFormat, UnreadableFileError
from python_jobs.feeds.raw_files.header import (
    HeaderPlace,
    check_header,
    find_header,
    joined_names,
    named,
)
from python_jobs.feeds.raw_files.no_records import REPEATED_HEADER
from python_jobs.feeds.raw_files.packed import PackedFile
from python_jobs.feeds.raw_files.raw_file import Batch, RawFile
from python_jobs.feeds.raw_files.records import SetAsideLine
from python_jobs.feeds.raw_files.texts import arrays_of, text_of

_SAMPLE_ROWS = 200
_BATCH_ROWS = 20_000


class SheetFile(RawFile):
    """One sheet of a workbook. The line of a record is its row in the sheet.

    Args:
        packed: The file.
        name: What it is called in messages.
        source: Where it lies, or its unpacked bytes.
        said: What need not be found out.

    Raises:
        UnreadableFileError: The workbook cannot be read, or has no such sheet, or no header.
    """

    def __init__(
        self, packed: PackedFile, name: str, source: Path | io.BytesIO, said: FileFormat
    ) -> None:
        self._sheet, others = _open(name, source, said.sheet)
        sample = [_cells(row) for row in islice(self._sheet.iter_rows(), _SAMPLE_ROWS)]
        self._header, place = _header(sample, f"{name}, sheet {self._sheet.name}", said)
        header = [cell.strip() for cell in self._header[0]]
        if len(self._header) > 1:
            header = joined_names(*self._header)
        if said.header_line is None:
            check_header(header, name)
        columns = named(header, name)
        self._first_row = place.row + place.rows
        nameless = next((n for n, cell in enumerate(reversed(header)) if cell), 0)
        spare = self._blank_at_end(len(header), nameless)
        super().__init__(packed, name, columns[: len(columns) - spare])
        self.format = FoundFormat(packed.compression, "xlsx")
        self.header_line, self.header_lines = place.row + 1, place.rows
        above = [", ".join(filter(None, map(str.strip, row))) for row in sample[: place.row]]
        self.preamble = [line for line in above if line]
        self.blank_lines = len(above) - len(self.preamble)
        if others and said.sheet is None:
            self._told.append(f"sheet {self._sheet.name}, the first of {len(others) + 1:,}")

    def as_declared(self) -> dict[str, str | int]:
        """Return what a declaration would say of the file's form."""
        return {"sheet": self._sheet.name} | super().as_declared()

    def batches(self) -> Iterator[Batch]:
        """Yield all records in order; to be called once."""
        rows: list[tuple[int, list[str], str | None]] = []
        held: list[tuple[int, list[str], str | None]] = []  # Footers, unless rows follow.
        for line, row in enumerate(islice(self._sheet.iter_rows(), self._first_row, None)):
            cells = _cells(row)
            line += self._first_row + 1
            if not any(cell.strip() for cell in cells):
                self.blank_lines += 1
            elif len(self.columns) > 1 and is_footer(cells):
                held.append((line, cells, None))
            else:
                rows += [*held, (line, cells, self._reason(cells))]
                held = []
            if len(rows) >= _BATCH_ROWS:
                yield self._batch(rows)
                rows = []
        yield self._batch([*rows, *((line, cells, FOOTER_ROW) for line, cells, _ in held)])
        self.hash_whole()

    def _batch(self, rows: Sequence[tuple[int, list[str], str | None]]) -> Batch:
        first = self.rows + self.lines_set_aside + 1
        good = [
            (number, line, cells)
            for number, (line, cells, why) in enumerate(rows, first)
            if why is None
        ]
        set_aside = [
            _set_aside(number, line, cells, why)
            for number, (line, cells, why) in enumerate(rows, first)
            if why is not None
        ]
        self.rows += len(good)
        self.lines_set_aside += len(set_aside)
        columns = arrays_of([[cells[at] for *_, cells in good] for at in range(len(self.columns))])
        numbers, lines = [row[0] for row in good], [row[1] for row in good]
        return self.batch(columns, numbers, lines, set_aside)

    def _reason(self, cells: list[str]) -> str | None:
        if len(self.columns) == 1:
            return None
        if cells in self._header:
            return REPEATED_HEADER
        return TOTAL_ROW if is_total(cells, len(self.columns)) else None

    def _blank_at_end(self, width: int, most: int) -> int:
        """Return how many of the last columns, at most so many, have no cell."""
        rows = islice(self._sheet.iter_rows(), self._first_row, None) if most else ()
        for row in rows:
            filled = (n for n in range(most, 0, -1) if text_of(row[width - n]).strip())
            most = next(filled, most + 1) - 1
        return most


_DETAILS = {
    FOOTER_ROW: "a remark below the data",
    REPEATED_HEADER: "the header once more",
    TOTAL_ROW: "a row of totals",
}


def _set_aside(number: int, line: int, cells: list[str], why: str) -> SetAsideLine:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    content = text.getvalue().encode("utf-8")
    return SetAsideLine(number, line, why, _DETAILS[why], text.getvalue(), content)


def _open(
    name: str, source: Path | io.BytesIO, wanted: str | None
) -> tuple[calamine.CalamineSheet, list[str]]:
    """Return the sheet that is wanted, or the first one, and the names of others."""
    try:
        book = calamine.CalamineWorkbook.from_object(source)
        shown = [
            one.name
            for one in book.sheets_metadata
            if one.typ == calamine.SheetTypeEnum.WorkSheet
            and one.visible == calamine.SheetVisibleEnum.Visible
        ]
        chosen = wanted or next(iter(shown), None)
        if chosen is None or chosen not in book.sheet_names:
            raise UnreadableFileError(
                f"{name} has no sheet {wanted or ''!r}, only {', '.join(map(repr, shown))}; "
                "declare one of them"
            )
        return book.get_sheet_by_name(chosen), [one for one in shown if one != chosen]
    except (calamine.CalamineError, OSError) as error:
        raise UnreadableFileError(
            f"{name} is no Excel workbook that can be read ({error}); save it anew, or as CSV"
        ) from error


def _header(
    sample: Sequence[list[str]], name: str, said: FileFormat
) -> tuple[list[list[str]], HeaderPlace]:
    """Return the header's rows, and their place."""
    first = next((at for at, row in enumerate(sample) if any(map(str.strip, row))), None)
    if first is None:
        raise UnreadableFileError(f"{name} is empty; request the file again, or declare a sheet")
    rows = said.header_lines or 1
    if said.header_line is not None:
        place = HeaderPlace(said.header_line - 1, rows)
    else:
        place = find_header(sample) or HeaderPlace(first)
        if rows > place.rows:
            is_below = place.row > 0 and any(map(str.strip, sample[place.row - 1]))
            place = HeaderPlace(place.row - is_below, rows)
        elif said.header_lines is not None:
            place = HeaderPlace(place.row + place.rows - rows, rows)
    found = list(sample[place.row : place.row + place.rows])
    if len(found) < place.rows or not any(map(str.strip, found[0])):
        raise UnreadableFileError(f"{name} has no header in row {place.row + 1}; fix header_line")
    return found, place


def _cells(row: Sequence[Any]) -> list[str]:
    # Excel itself knows fifteen digits; a seventeenth is none of the cell's.
    return [text_of(float(f"{v:.15g}") if isinstance(v, float) else v) for v in row]
