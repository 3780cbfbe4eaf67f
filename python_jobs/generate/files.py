"""Writes a raw sales file and the truth file next to it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from python_jobs.errors import P360Error
from python_jobs.generate.catalogue import make_catalogue, make_customers
from python_jobs.generate.sales import make_chunk
from python_jobs.generate.text import CsvText
from python_jobs.generate.truth import Truth
from python_jobs.terminal.console import steps

CHUNK_ROWS = 200_000


def truth_path(path: Path) -> Path:
    """Return where the truth file of a raw sales file lies."""
    return path.with_suffix(".truth.json")


def write_sales(path: Path, rows: int, seed: int) -> Path:
    """Write raw sales; the same rows and seed give the same bytes.

    Memory stays the same however many rows are asked for: one chunk, and the truth's row numbers.

    Args:
        path: The CSV file to write; an existing one is replaced as a whole.
        rows: Number of records.
        seed: Seed of all chance.

    Returns:
        Path of the truth file.

    Raises:
        P360Error: The file cannot be written.
    """
    catalogue = make_catalogue(np.random.default_rng([seed, 0, 0]))
    customers = make_customers(np.random.default_rng([seed, 0, 1]), rows)
    text, truth = CsvText(catalogue, customers), Truth(rows, seed)
    draft = path.with_name(path.name + ".draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with steps(f"generating {rows:,} rows", total=rows) as step, draft.open("wb") as file:
            file.write(text.header())
            for number, first in enumerate(range(0, rows, CHUNK_ROWS)):
                count = min(CHUNK_ROWS, rows - first)
                rng = np.random.default_rng([seed, 1, number])
                chunk = make_chunk(rng, catalogue, customers, first, count, rows)
                file.write(text.rows(chunk))
                truth.add(chunk)
                step.advance(by=count)
        result = truth_path(path)
        result.write_text(_as_json(truth), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise P360Error(f"cannot write {path}: {error.strerror}") from error
    return result


def _as_json(truth: Truth) -> str:
    """Return the truth with one line for each of its parts, so that a person can read it."""
    parts = [
        f"  {json.dumps(name)}: {json.dumps(part, ensure_ascii=False)}"
        for name, part in truth.as_dict().items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"
