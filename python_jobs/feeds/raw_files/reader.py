"""Reads a CSV file in batches of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv

from python_jobs.feeds.raw_files.dialect import Dialect
from python_jobs.feeds.raw_files.encodings import as_utf8, original_bytes, without_bom
from python_jobs.feeds.raw_files.formats import FoundFormat
from python_jobs.feeds.raw_files.grammar import RecordGrammar, Signs
from python_jobs.feeds.raw_files.packed import PackedFile
from python_jobs.feeds.raw_files.raw_file import Batch, RawFile
from python_jobs.feeds.raw_files.records import CR_SWAP, Block, RecordReader, SetAsideLine

BLOCK_BYTES = 8 << 20


class CsvFile(RawFile):
    """A CSV file. In a file of one column an empty line is no record."""

    def __init__(self, packed: PackedFile, name: str, encoding: str, dialect: Dialect) -> None:
        super().__init__(packed, name, dialect.columns)
        self._dialect = dialect
        self._width = len(dialect.columns)
        self._grammar = RecordGrammar(
            dialect.signs,
            self._width,
            may_end_with_delimiter=dialect.rows_end_with_delimiter,
        )
        self.format = FoundFormat(
            compression=packed.compression,
            encoding=encoding,
            delimiter=dialect.signs.delimiter,
            quote=dialect.signs.quote,
            line_end=dialect.line_end,
        )
        self.header_line = dialect.header_line
        self.header_lines = len(dialect.headers)
        self.preamble = dialect.preamble
        self.blank_lines = dialect.blank_lines
        if dialect.rows_end_with_delimiter:
            self._told.append("a delimiter at the end of rows that the header lacks")

    def as_declared(self) -> dict[str, str | int]:
        """Return what a declaration would say of the file's form."""
        signs = self._dialect.signs
        found: dict[str, str | int] = {
            "encoding": self.format.encoding,
            "delimiter": signs.delimiter,
            "quote": signs.quote,
        }
        return found | ({"escape": signs.escape} if signs.escape else {}) | super().as_declared()

    def without_columns_at_end(self, count: int) -> CsvFile:
        """Leave out the last columns, which have neither name nor cells; return the file."""
        self.columns = self.columns[: self._width - count]
        if count:
            columns = "column" if count == 1 else "columns"
            self._told.append(f"{count:,} {columns} at the end without name and cells, left out")
        return self

    def batches(self) -> Iterator[Batch]:
        """Yield all records in order; to be called once.

        Raises:
            UnreadableFileError: The file is cut short or damaged, or changed while it was read.
        """
        reader = RecordReader(
            self._dialect.signs,
            self._width,
            self._dialect.first_line,
            self._dialect.headers,
            may_end_with_delimiter=self._dialect.rows_end_with_delimiter,
        )
        blank_before = self.blank_lines
        rest = b""
        for text, is_last in self._pieces():
            block, rest = reader.read(rest + text, is_last=is_last)
            self.blank_lines = blank_before + reader.blank_lines
            yield self._batch(block)

    def _pieces(self) -> Iterator[tuple[bytes, bool]]:
        """Yield the text after the header in pieces, and whether each one is the last."""
        texts = as_utf8(without_bom(self._packed.blocks()), self.format.encoding)
        to_skip = self._dialect.start
        swaps = self.format.line_end == "CR"
        held: list[bytes] = []
        size = 0
        for text in texts:
            skipped = min(to_skip, len(text))
            to_skip -= skipped
            held.append(text[skipped:])
            size += len(text) - skipped
            if size >= BLOCK_BYTES:
                piece = b"".join(held)
                yield piece.translate(CR_SWAP) if swaps else piece, False
                held, size = [], 0
        piece = b"".join(held)
        yield piece.translate(CR_SWAP) if swaps else piece, True

    def _batch(self, block: Block) -> Batch:
        good = b"".join(block.good)
        numbers = _joined(block.row_numbers)
        columns = self._parse(good, len(numbers))
        self.rows += len(numbers)
        self.lines_set_aside += len(block.set_aside)
        set_aside = [self._as_it_stood(line) for line in block.set_aside]
        return self.batch(columns, numbers, _joined(block.line_numbers), set_aside)

    def _parse(self, good: bytes, count: int) -> list[pa.ChunkedArray | pa.Array]:
        """Return the cells of well-formed records, column by column."""
        if not good:
            return [pa.array([], pa.string()) for _ in self.columns]
        signs, as_it_stood = self._dialect.signs, good
        has_bare_cr = good.count(b"\r") != good.count(b"\r\n")  # To Arrow, a line end.
        must_swap = self.format.line_end == "CR" and good.count(b"\n") != count
        if has_bare_cr or must_swap or not signs.can_be_plain(good):
            return self._parse_slowly(good)
        good = self._grammar.as_plain(good)
        if not self._dialect.rows_end_with_delimiter:
            table = _parsed(good, signs, self._width)
        else:
            try:
                table = _parsed(good, signs, self._width + 1)
            except pa.ArrowInvalid:  # A row without that delimiter.
                return self._parse_slowly(as_it_stood)
        if table.num_rows != count:
            raise AssertionError(
                f"{self._name}: {count} records were found and {table.num_rows} were parsed"
            )
        return list(table.columns[: len(self.columns)])

    def _parse_slowly(self, good: bytes) -> list[pa.ChunkedArray | pa.Array]:
        records = []
        start = 0
        while start < len(good):
            cells, start = self._grammar.cells(good, start)
            if self.format.line_end == "CR":
                swap = str.maketrans("\r\n", "\n\r")
                cells = [cell.translate(swap) for cell in cells]
            records.append(cells[: len(self.columns)])
        return [pa.array(column, pa.string()) for column in zip(*records, strict=True)]

    def _as_it_stood(self, line: SetAsideLine) -> SetAsideLine:
        content, text = line.content, line.text
        if self.format.line_end == "CR":
            content = content.translate(CR_SWAP)
            text = text.translate(str.maketrans("\r\n", "\n\r"))
        return replace(line, text=text, content=original_bytes(content, self.format.encoding))


def _parsed(good: bytes, signs: Signs, width: int) -> pa.Table:
    names = [str(position) for position in range(width)]
    return pa.csv.read_csv(
        pa.py_buffer(good),
        read_options=pa.csv.ReadOptions(
            column_names=names, use_threads=False, block_size=len(good) + 1
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=signs.plain_delimiter, quote_char=signs.quote, newlines_in_values=True
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.array([], np.int64)
