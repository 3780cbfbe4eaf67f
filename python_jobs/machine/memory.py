"""How much memory and disk space there is, and how much of it the server may take."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil

from python_jobs.errors import DISK_FULL, P360Error

GIB = 1024**3
_OVERHEAD = GIB // 2  # What a JVM takes beside its heap, roughly.
_SMALLEST_HEAP = GIB
_SMALLEST_SPACE = 10 * 1024**2


def heap_bytes(wanted: str | None) -> int:
    """Return how much heap to give the server, in bytes.

    Args:
        wanted: ``P360_DRIVER_MEMORY`` such as ``4g`` or ``1500m``; None for a quarter of the
            machine's memory, at least 1 GiB and at most 4 GiB.

    Raises:
        P360Error: The text is no size, or so much is not free.
    """
    memory = psutil.virtual_memory()
    if wanted is None:
        heap = min(max(memory.total // 4, _SMALLEST_HEAP), 4 * GIB)
    else:
        heap = _parse_size(wanted)
    if memory.available < heap + _OVERHEAD:
        raise P360Error(
            f"too little memory: the Spark server needs {(heap + _OVERHEAD) / GIB:.1f} GiB and "
            f"{memory.available / GIB:.1f} GiB are free; close something, or set "
            "P360_DRIVER_MEMORY (such as 1g)"
        )
    return heap


def _parse_size(text: str) -> int:
    units = {"m": 1024**2, "g": GIB}
    number, unit = text[:-1], text[-1:].lower()
    if not number.isdecimal() or unit not in units or int(number) * units[unit] < _SMALLEST_HEAP:
        raise P360Error(f"P360_DRIVER_MEMORY is '{text}'; write a size of 1g or more, such as 4g")
    return int(number) * units[unit]


def check_space(folder: Path) -> None:
    """Raise where the disk of a folder, which need not be there yet, has no room to begin with.

    Spark and its metastore meet a full disk with retries that take minutes, one by one.

    Raises:
        P360Error: Less than 10 MiB are free.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if shutil.disk_usage(there).free < _SMALLEST_SPACE:
        raise P360Error(DISK_FULL)
