"""Opens a raw CSV file, finds out how it is written, and reads it in batches of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from python_jobs.feeds.raw_files.dialect import Dialect, find_dialect
from python_jobs.feeds.raw_files.encodings import (
    as_utf8,
    bom_of,
    check_encoding,
    narrow_encoding,
    original_bytes,
    wide_encoding,
)
from python_jobs.feeds.raw_files.formats import FileFormat, FoundFormat, UnreadableFileError
from python_jobs.feeds.raw_files.packed import PackedFile
from python_jobs.feeds.raw_files.records import (
    CR_SWAP,
    Block,
    RecordGrammar,
    RecordReader,
    SetAsideLine,
)

BLOCK_BYTES = 8 << 20
_LINES_FOR_A_NUL = 100


@dataclass(frozen=True)
class Batch:
    """Consecutive records of a file.

    Attributes:
        rows: One row per record that could be read: a text column for each name of the header, then
            ``_row_number`` and ``_line_number``, both int64.
        set_aside: The records between them that could not.
    """

    rows: pa.Table
    set_aside: list[SetAsideLine]


class RawFile:
    """A CSV file, read once from start to end. ``open_raw_file`` makes one.

    The number of a record is its place among all records of the file, rows and set-aside lines
    alike; empty lines are none. In a file of one column an empty line is no record either.

    Attributes:
        columns: The header's names as the file writes them, without blanks around them.
        format: What the file is read with.
        rows: Records that became rows, once ``batches`` has ended; the same holds for the others.
        lines_set_aside: Records that did not.
        blank_lines: Empty lines.
        size: Bytes of the file on the disk.
        sha256: Checksum of these bytes, in hex.
    """

    def __init__(self, packed: PackedFile, name: str, encoding: str, dialect: Dialect) -> None:
        self._packed = packed
        self._name = name
        self._dialect = dialect
        self._grammar = RecordGrammar(dialect.delimiter, dialect.quote, len(dialect.columns))
        self.columns = dialect.columns
        self.format = FoundFormat(
            compression=packed.compression,
            encoding=encoding,
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            line_end=dialect.line_end,
        )
        self.rows = 0
        self.lines_set_aside = 0
        self.blank_lines = dialect.blank_lines

    @property
    def size(self) -> int:
        """Bytes of the file on the disk."""
        return self._packed.size

    @property
    def sha256(self) -> str:
        """Checksum of these bytes, in hex."""
        return self._packed.sha256

    def batches(self) -> Iterator[Batch]:
        """Yield all records in order; to be called once.

        Raises:
            UnreadableFileError: The file is cut short or damaged, or changed while it was read.
        """
        reader = RecordReader(
            self.format.delimiter,
            self.format.quote,
            len(self.columns),
            self._dialect.first_line,
            self._dialect.header,
        )
        blank_before = self.blank_lines
        rest = b""
        for text, is_last in self._pieces():
            block, rest = reader.read(rest + text, is_last=is_last)
            self.blank_lines = blank_before + reader.blank_lines
            yield self._batch(block)

    def _pieces(self) -> Iterator[tuple[bytes, bool]]:
        """Yield the text after the header in pieces, and whether each one is the last."""
        texts = as_utf8(_without_bom(self._packed.blocks()), self.format.encoding)
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
        rows = pa.table(
            [*columns, pa.array(numbers), pa.array(_joined(block.line_numbers))],
            names=[*self.columns, "_row_number", "_line_number"],
        )
        return Batch(rows, [self._as_it_stood(line) for line in block.set_aside])

    def _parse(self, good: bytes, count: int) -> list[pa.ChunkedArray | pa.Array]:
        """Return the cells of well-formed records, column by column."""
        if not good:
            return [pa.array([], pa.string()) for _ in self.columns]
        names = [str(position) for position in range(len(self.columns))]
        has_bare_cr = good.count(b"\r") != good.count(b"\r\n")  # To Arrow, a line end.
        must_swap = self.format.line_end == "CR" and good.count(b"\n") != count
        if has_bare_cr or must_swap:
            return self._parse_slowly(good)
        table = pa.csv.read_csv(
            pa.py_buffer(good),
            read_options=pa.csv.ReadOptions(
                column_names=names, use_threads=False, block_size=len(good) + 1
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=self.format.delimiter,
                quote_char=self.format.quote,
                newlines_in_values=True,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
        if table.num_rows != count:
            raise AssertionError(
                f"{self._name}: {count} records were found and {table.num_rows} were parsed"
            )
        return list(table.columns)

    def _parse_slowly(self, good: bytes) -> list[pa.ChunkedArray | pa.Array]:
        records = []
        start = 0
        while start < len(good):
            cells, start = self._grammar.cells(good, start)
            if self.format.line_end == "CR":
                swap = str.maketrans("\r\n", "\n\r")
                cells = [cell.translate(swap) for cell in cells]
            records.append(cells)
        return [pa.array(column, pa.string()) for column in zip(*records, strict=True)]

    def _as_it_stood(self, line: SetAsideLine) -> SetAsideLine:
        content, text = line.content, line.text
        if self.format.line_end == "CR":
            content = content.translate(CR_SWAP)
            text = text.translate(str.maketrans("\r\n", "\n\r"))
        return replace(line, text=text, content=original_bytes(content, self.format.encoding))


def open_raw_file(path: Path, name: str, said: FileFormat | None = None) -> RawFile:
    """Find out how a file is written, and make it ready to be read.

    Args:
        path: Where it lies.
        name: What to call it in messages.
        said: What need not be found out.

    Raises:
        UnreadableFileError: It is no CSV file with a header, or cannot be read.
    """
    said = said or FileFormat()
    packed = PackedFile(path, name)
    sample = b""
    for block in PackedFile(path, name).blocks():
        sample += block
        if len(sample) >= 1 << 20:
            break
    if not sample:
        raise UnreadableFileError(f"{name} is empty after unpacking; request the file again")
    marked, skip = bom_of(sample)
    encoding = marked or (check_encoding(name, said.encoding) if said.encoding else None)
    encoding = encoding or wide_encoding(sample)
    if encoding is None or not encoding.startswith("utf-16"):
        # One such byte in a line is a fault of that line; many are no text.
        if sample.count(b"\0") > max(1, sample.count(b"\n") // _LINES_FOR_A_NUL):
            raise UnreadableFileError(f"{name} is binary, not text; request CSV")
        if encoding is None:
            encoding = narrow_encoding(chain([sample], PackedFile(path, name).blocks()))
    text = b"".join(as_utf8([sample[skip:]], encoding))
    return RawFile(packed, name, encoding, find_dialect(text, name, said))


def _without_bom(blocks: Iterator[bytes]) -> Iterator[bytes]:
    first = b""
    while len(first) < 3 and (block := next(blocks, b"")):
        first += block
    yield first[bom_of(first)[1] :]
    yield from blocks


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.array([], np.int64)
