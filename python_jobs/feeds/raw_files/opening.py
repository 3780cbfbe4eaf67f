"""Opens a raw file: finds out of what kind it is and how it is written, whatever its name."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from python_jobs.feeds.raw_files.dialect import find_dialect
from python_jobs.feeds.raw_files.encodings import (
    as_utf8,
    bom_of,
    check_encoding,
    narrow_encoding,
    wide_encoding,
)
from python_jobs.feeds.raw_files.formats import FileFormat, UnreadableFileError
from python_jobs.feeds.raw_files.packed import PackedFile
from python_jobs.feeds.raw_files.raw_file import RawFile
from python_jobs.feeds.raw_files.reader import CsvFile

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
    encoding, skip = _encoding(path, name, sample, said)
    text = b"".join(as_utf8([sample[skip:]], encoding))
    if not is_whole and b"\n" in text:
        text = text[: text.rindex(b"\n") + 1]
    dialect = find_dialect(text, name, said)
    file = CsvFile(packed, name, encoding, dialect)
    if dialect.nameless_at_end:
        whole = CsvFile(PackedFile(path, name), name, encoding, dialect)
        return file.without_columns_at_end(_blank_at_end(whole, dialect.nameless_at_end))
    return file


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
