"""Reads a Parquet file: every cell as text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from python_jobs.feeds.raw_files.formats import FoundFormat, UnreadableFileError
from python_jobs.feeds.raw_files.header import named
from python_jobs.feeds.raw_files.packed import PackedFile
from python_jobs.feeds.raw_files.raw_file import Batch, RawFile
from python_jobs.feeds.raw_files.texts import arrow_texts

MAGIC = b"PAR1"
_BATCH_ROWS = 100_000


class ParquetFile(RawFile):
    """A Parquet file. It has no lines: the line of a row is its number.

    Args:
        packed: The file.
        name: What it is called in messages.
        source: Where it lies, or its unpacked bytes.

    Raises:
        UnreadableFileError: It is damaged.
    """

    def __init__(self, packed: PackedFile, name: str, source: Path | io.BytesIO) -> None:
        try:
            self._file = pq.ParquetFile(source)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(name) from error
        super().__init__(packed, name, named(self._file.schema_arrow.names, name))
        self.format = FoundFormat(packed.compression, "parquet")

    def batches(self) -> Iterator[Batch]:
        """Yield all records in order; to be called once."""
        try:
            for part in self._file.iter_batches(_BATCH_ROWS):
                numbers = np.arange(self.rows + 1, self.rows + part.num_rows + 1)
                self.rows += part.num_rows
                yield self.batch([arrow_texts(column) for column in part.columns], numbers, numbers)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self._name) from error
        self.hash_whole()


def _damaged(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} is a Parquet file that is cut short or damaged; request the file again"
    )
