"""`p360 quarantine export`: the open rows as a CSV that a person fills in."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.quarantine.cells import CELLS, DECISION, in_sheet
from python_jobs.quarantine.corrections import Correction, file_order, read_kept
from python_jobs.quarantine.live import LiveRow, read_quarantine
from python_jobs.settings import Settings
from python_jobs.terminal.console import say

CORRECTED = tuple(f"corrected_{cell}" for cell in CELLS)
SHEET_COLUMNS = ("row_id", "reasons", "line", *CELLS, *CORRECTED, *DECISION)
_BOM = "\ufeff"  # Without it a spreadsheet takes a file for Windows-1252; a pipe wants none.


def export(
    settings: Settings, path: Path | None, feed: str | None, reason: str | None, *, waived: bool
) -> None:
    """Write the open rows of the live schema to a file, or to standard output.

    Args:
        settings: Where the server and the kept corrections are.
        path: File to write, which must be new; standard output by default.
        feed: Rows of this feed only.
        reason: Rows that break this rule only.
        waived: Whether to write the waived rows too.

    Raises:
        P360Error: The file is there already, or nothing is live.
    """
    if path is not None and path.exists():
        raise P360Error(f"{path} already exists; name another file, or move that one away")
    kept = read_kept(settings)
    rows = read_quarantine(settings)
    chosen = choose(rows, kept, feed, reason, waived=waived)
    text = sheet(chosen, kept)
    if path is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
    else:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(_BOM + text)
    say(_summary(rows, chosen, path, narrowed=feed is not None or reason is not None))


def choose(
    rows: Sequence[LiveRow],
    kept: Mapping[str, Correction],
    feed: str | None,
    reason: str | None,
    *,
    waived: bool,
) -> list[LiveRow]:
    """Return the rows to write, by file and record number."""
    chosen = [
        row
        for row in rows
        if (waived or row.row_id not in kept or not kept[row.row_id].is_waived)
        and (feed is None or row.row_id.startswith(f"{feed}/"))
        and (reason is None or reason in row.reasons)
    ]
    return sorted(chosen, key=lambda row: file_order(row.row_id))


def sheet(rows: Sequence[LiveRow], kept: Mapping[str, Correction]) -> str:
    """Return rows as CSV, each with what is decided about it already.

    Lines end with CR and LF, so that a lone CR in a cell is quoted too.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(SHEET_COLUMNS)
    for row in rows:
        decision = kept.get(row.row_id, Correction(row.row_id))
        cells = (
            "; ".join(row.reasons),
            row.line,
            *(row.judged[cell] for cell in CELLS),
            *(decision.cells.get(cell, "") for cell in CELLS),
            "yes" if decision.is_waived else "",
            decision.decided_by,
            decision.because,
        )
        # A sign that ends a text for most programs, and that no file of ours may hold.
        writer.writerow((row.row_id, *(in_sheet(cell.replace("\0", "\ufffd")) for cell in cells)))
    return text.getvalue()


def _summary(
    rows: Sequence[LiveRow], chosen: Sequence[LiveRow], path: Path | None, *, narrowed: bool
) -> str:
    if not chosen and narrowed:
        counts = Counter(reason for row in rows for reason in row.reasons)
        reasons = ", ".join(f"{reason} ({count:,})" for reason, count in sorted(counts.items()))
        return f"no open row is of that kind; the reasons in quarantine are: {reasons or 'none'}"
    if not chosen:
        return "no row is open"
    name = path or "FILE"
    return (
        f"{len(chosen):,} of {len(rows):,} quarantined rows written; next: fill in corrected_ "
        "cells, or waived (yes) with decided_by and because, then "
        f"'p360 quarantine apply {name}'"
    )
