"""What was planted, exactly: the file that tests hold the pipeline against."""

from __future__ import annotations

from typing import Any

import numpy as np

from python_jobs.generate import faults
from python_jobs.generate.sales import UNUSUAL_KINDS, Chunk


class Truth:
    """Collects what is planted, chunk by chunk.

    The result has these parts; row numbers count the records of the file from 1:

    - ``rows``, ``seed``: what was asked for.
    - ``dispositions``: rows by the disposition that each must get.
    - ``faults``: for each kind of dirt its count, the rule that must name it (none for harmless
      dirt), whether that is a warning, and its rows. Rows that are exact copies are left out.
    - ``duplicate_rows``, ``superseded_rows``: the rows themselves.
    - ``unusual``: planted unusual sales with row, transaction, kind and amount in cents.
    """

    def __init__(self, rows: int, seed: int) -> None:
        self._rows = rows
        self._seed = seed
        self._seen = 0
        self._faults: dict[str, list[int]] = {fault.name: [] for fault in faults.FAULTS}
        self._duplicates: list[int] = []
        self._superseded: list[int] = []
        self._quarantined = 0
        self._unusual: list[dict[str, Any]] = []

    def add(self, chunk: Chunk) -> None:
        """Take in the next chunk of the file."""
        first = self._seen + 1
        for codes in chunk.fault_codes.values():
            for code in np.unique(codes[codes > 0]).tolist():
                rows = np.flatnonzero((codes == code) & ~chunk.is_copy) + first
                self._faults[faults.FAULTS[code - 1].name] += rows.tolist()
        self._duplicates += (np.flatnonzero(chunk.is_copy) + first).tolist()
        self._superseded += (np.flatnonzero(chunk.is_superseded) + first).tolist()
        bad = faults.is_quarantined(chunk.fault_codes) & ~chunk.is_copy
        self._quarantined += int(bad.sum())
        # An unusual sale that is also spoilt never reaches the scoring.
        for row in np.flatnonzero((chunk.unusual > 0) & ~bad).tolist():
            self._unusual.append(
                {
                    "row": first + row,
                    "transaction_id": f"T{int(chunk.transaction[row]):09d}",
                    "kind": UNUSUAL_KINDS[int(chunk.unusual[row]) - 1],
                    "amount_cents": int(chunk.amount_cents[row]),
                }
            )
        self._seen += len(chunk.time)

    def as_dict(self) -> dict[str, Any]:
        """Return the whole truth, ready for JSON."""
        others = len(self._duplicates) + len(self._superseded) + self._quarantined
        return {
            "rows": self._rows,
            "seed": self._seed,
            "dispositions": {
                "accepted": self._seen - others,
                "quarantined": self._quarantined,
                "duplicate": len(self._duplicates),
                "superseded": len(self._superseded),
            },
            "faults": {
                fault.name: {
                    "count": len(self._faults[fault.name]),
                    "rule": fault.reason or None,
                    "is_warning": fault.is_warning,
                    "rows": self._faults[fault.name],
                }
                for fault in faults.FAULTS
            },
            "duplicate_rows": self._duplicates,
            "superseded_rows": self._superseded,
            "unusual": self._unusual,
        }
