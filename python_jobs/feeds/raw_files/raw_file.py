"""What all kinds of raw files have in common: batches of exact text, lines set aside, findings."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from python_jobs.feeds.raw_files.formats import FoundFormat
from python_jobs.feeds.raw_files.packed import PackedFile
from python_jobs.feeds.raw_files.records import SetAsideLine

_SHOWN_LINES, _SHOWN_SIGNS = 5, 80
_ADDRESS = re.compile(r"[^\s@<>\"',;:|]+@[^\s@<>\"',;:|]+")


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


class RawFile(ABC):
    """A file, read once from start to end. ``open_raw_file`` makes one.

    The number of a record is its place among all records of the file, rows and set-aside lines
    alike; empty lines are none. In a file of one column an empty line is no record either.

    Attributes:
        columns: The header's names as the file writes them, without blanks around them.
        format: What the file is read with.
        header_line: Number of the line or row on which the header begins; 1 where keys name cells.
        header_lines: How many lines the header has.
        preamble: The lines above the header, which are no records; empty ones not among them.
        rows: Records that became rows, once ``batches`` has ended; the same holds for the others.
        lines_set_aside: Records that did not.
        blank_lines: Empty lines.
    """

    def __init__(self, packed: PackedFile, name: str, columns: list[str]) -> None:
        self._packed = packed
        self._name = name
        self.columns = columns
        self.format = FoundFormat(packed.compression, "utf-8")
        self.header_line = 1
        self.header_lines = 1
        self.preamble: list[str] = []
        self.rows = 0
        self.lines_set_aside = 0
        self.blank_lines = 0
        self._told: list[str] = []

    @property
    def size(self) -> int:
        """Bytes of the file on the disk."""
        return self._packed.size

    @property
    def sha256(self) -> str:
        """Checksum of these bytes, in hex."""
        return self._packed.sha256

    @property
    def findings(self) -> list[str]:
        """What a person may want to know of how the file was read, a phrase for each.

        The last one may quote lines, behind a colon; e-mail addresses are masked.
        """
        found = list(self._told)
        if self.preamble:
            shown = ", ".join(f"'{_short(line)}'" for line in self.preamble[:_SHOWN_LINES])
            count = len(self.preamble)
            more = f" and {count - _SHOWN_LINES:,} more" if count > _SHOWN_LINES else ""
            lines = f"{count:,} line{'' if count == 1 else 's'}"
            found.append(f"{lines} above the header: {shown}{more}")
        return found

    def as_declared(self) -> dict[str, str | int]:
        """Return what a declaration would say of the file's form: ``csv`` of the feed's source."""
        found: dict[str, str | int] = {}
        if self.header_line > 1:
            found["header_line"] = self.header_line
        if self.header_lines > 1:
            found["header_lines"] = self.header_lines
        return found

    def batch(
        self,
        columns: Sequence[pa.Array | pa.ChunkedArray],
        numbers: Sequence[int] | npt.NDArray[np.int64],
        lines: Sequence[int] | npt.NDArray[np.int64],
        set_aside: Sequence[SetAsideLine] = (),
    ) -> Batch:
        """Return a batch of these columns, with the numbers of its records and their lines."""
        rows = pa.table(
            [*columns, pa.array(numbers, pa.int64()), pa.array(lines, pa.int64())],
            names=[*self.columns, "_row_number", "_line_number"],
        )
        return Batch(rows, list(set_aside))

    def hash_whole(self) -> None:
        """Count and hash the bytes of a file that is not read from start to end.

        Raises:
            UnreadableFileError: The file changed since it was opened.
        """
        for _ in self._packed.blocks():
            pass

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """Yield all records in order; to be called once.

        Raises:
            UnreadableFileError: The file is cut short or damaged, or changed while it was read.
        """


def _short(line: str) -> str:
    line = _ADDRESS.sub("(address)", line).rstrip(' ,;|\t"')
    return line if len(line) <= _SHOWN_SIGNS else f"{line[: _SHOWN_SIGNS - 3]}..."
