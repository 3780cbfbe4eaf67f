"""Opens a raw file: finds out of what kind it is and how it is written, whatever its name."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import chain
from pathlib import Path

from python_jobs.feeds.raw_files.dialect import find_dialect, line_end_of
from python_jobs.feeds.raw_files.encodings import (
    as_utf8,
    bom_of,
    check_encoding,
    narrow_encoding,
    wide_encoding,
)
from python_jobs.feeds.raw_files.formats import FileFormat, UnreadableFileError
from python_jobs.feeds.raw_files.json_lines import NAMED, JsonLinesFile, is_json_object
from python_jobs.feeds.raw_files.packed import ZIP, PackedFile
from python_jobs.feeds.raw_files.parquet import MAGIC, ParquetFile
from python_jobs.feeds.raw_files.raw_file import RawFile
from python_jobs.feeds.raw_files.reader import CsvFile
from python_jobs.feeds.raw_files.sheets import SheetFile

_SAMPLE_BYTES = 1 << 20
_LINES_FOR_A_NUL = 100


def open_raw_file(path: Path, name: str, said: FileFormat | None = None) -> RawFile:
    """Find out how a file is written, and make it ready to be read.

    Args:
        path: Where it lies.
        name: What to call it in messages.
        said: What need not be found out.

    Raises:
        UnreadableFileError: It is of no kind that is read, has no header, or cannot be read.
    """
    said = said or FileFormat()
    packed = PackedFile(path, name)
    sample, is_whole = _sample(path, name)
    if not sample:
        raise UnreadableFileError(f"{name} is empty after unpacking; request the file again")
    is_book, is_parquet = sample.startswith(ZIP), sample.startswith(MAGIC)
    if is_book or is_parquet:
        if said.as_it_stands:
            raise UnreadableFileError(f"{name} is no text; save it as CSV")
        source = path if packed.compression == "none" else BytesIO(packed.whole())
        if is_book:
            return SheetFile(PackedFile(path, name), name, source, said)
        return ParquetFile(PackedFile(path, name), name, source)
    encoding, skip = _encoding(path, name, sample, said)
    text = b"".join(as_utf8([sample[skip:]], encoding))
    if not is_whole and b"\n" in text:
        text = text[: text.rindex(b"\n") + 1]
    if not said.as_it_stands and _is_json(text, name):
        return JsonLinesFile(path, name, encoding, line_end_of(text))
    dialect = find_dialect(text, name, said)
    file = CsvFile(packed, name, encoding, dialect)
    if dialect.nameless_at_end:
        whole = CsvFile(PackedFile(path, name), name, encoding, dialect)
        return file.without_columns_at_end(_blank_at_end(whole, dialect.nameless_at_end))
    return file


def _is_json(text: bytes, name: str) -> bool:
    """Return whether a text is JSON lines, by its name or its first line.

    Raises:
        UnreadableFileError: It is one JSON array.
    """
    if re.match(rb"\s*\[\s*\{", text):
        raise UnreadableFileError(f"{name} is one JSON array; save it as JSON lines")
    return bool(NAMED.search(name)) or is_json_object(text.lstrip().split(b"\n", 1)[0])


def _sample(path: Path, name: str) -> tuple[bytes, bool]:
    """Return the start of the unpacked bytes, and whether it is all of them."""
    sample = b""
    for block in PackedFile(path, name).blocks():
        sample += block
        if len(sample) >= _SAMPLE_BYTES:
            return sample, False
    return sample, True


def _encoding(path: Path, name: str, sample: bytes, said: FileFormat) -> tuple[str, int]:
    """Return the encoding of a text, and the length of its byte order mark."""
    marked, skip = bom_of(sample)
    encoding = marked or (check_encoding(name, said.encoding) if said.encoding else None)
    encoding = encoding or wide_encoding(sample)
    if encoding is None or not encoding.startswith("utf-16"):
        # One such byte in a line is a fault of that line; many are no text.
        if sample.count(b"\0") > max(1, sample.count(b"\n") // _LINES_FOR_A_NUL):
            raise UnreadableFileError(f"{name} is binary, not text; request CSV")
        if encoding is None:
            encoding = narrow_encoding(chain([sample], PackedFile(path, name).blocks()))
    return encoding, skip


def _blank_at_end(file: CsvFile, most: int) -> int:
    """Return how many of the last columns are blank in all rows of a file, which is read whole."""
    blank = most
    for batch in file.batches():
        for place in range(blank, 0, -1):
            cells = batch.rows.column(len(file.columns) - place)
            if any(cell.strip() for cell in cells.unique().to_pylist()):
                blank = place - 1
        if not blank:
            break
    return blank
