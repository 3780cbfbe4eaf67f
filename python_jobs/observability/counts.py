"""Rows and bytes of what a run has built, from the footers of Parquet files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True)
class Size:
    """How much a stored table holds.

    Attributes:
        row_count: Its rows.
        byte_count: Bytes of its files.
    """

    row_count: int
    byte_count: int


def stored_size(store: Path, name: str, run_id: str) -> Size | None:
    """Return what a run has written for a model or seed; no row is read.

    Args:
        store: Folder of the store's tables.
        name: The model's alias.
        run_id: The run.

    Returns:
        None where it wrote no table here: a view, or a warehouse on other machines.
    """
    for folder in (store / f"{name}__{run_id}", store / f"{name}__rows__{run_id}"):
        if folder.is_dir():
            files = list(folder.rglob("*.parquet"))
            try:
                rows = sum(pq.read_metadata(file).num_rows for file in files)
                return Size(rows, sum(file.stat().st_size for file in files))
            except (OSError, pa.ArrowInvalid):
                return None
    return None
