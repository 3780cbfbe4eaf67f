"""The corrections that are kept: `seeds/sales_corrections.csv`, a line for each row decided on."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from python_jobs.errors import P360Error
from python_jobs.feeds.raw_files import FileFormat, RawFile, open_raw_file
from python_jobs.quarantine.cells import CELLS, DECISION
from python_jobs.settings import Settings

KEPT = "seeds/sales_corrections.csv"
_COLUMNS = ("row_id", *CELLS, *DECISION)
_AS_DBT_READS = FileFormat(encoding="utf-8", delimiter=",", quote='"')


@dataclass(frozen=True)
class Correction:
    """What a person decided about one quarantined row.

    Attributes:
        row_id: ``_row_id`` of the row, ``<feed>/<file>#<record number>``.
        cells: Corrected text by cell; a cell that is not here stays as it arrived.
        is_waived: Whether the row is to stay out; then no cell is corrected.
        decided_by: Who decided; a waiver has a name.
        because: Why; a waiver has a sentence.
    """

    row_id: str
    cells: dict[str, str] = field(default_factory=dict)
    is_waived: bool = False
    decided_by: str = ""
    because: str = ""


@dataclass(frozen=True)
class Changes:
    """What a merge came to, in rows."""

    new_corrections: int
    new_waivers: int
    changed: int
    unchanged: int

    @property
    def are_none(self) -> bool:
        """Whether everything was kept already."""
        return self.new_corrections + self.new_waivers + self.changed == 0


def file_order(row_id: str) -> tuple[str, int]:
    """Return what sorts row ids by file, then by record number."""
    file, _, number = row_id.rpartition("#")
    return (file, int(number)) if number.isdecimal() else (row_id, -1)


def merge(
    kept: Mapping[str, Correction], decided: Mapping[str, Correction]
) -> tuple[dict[str, Correction], Changes]:
    """Put decisions over those that are kept, row by row, and say what that changes."""
    new = [one for row_id, one in decided.items() if row_id not in kept]
    waivers = sum(one.is_waived for one in new)
    unchanged = sum(kept.get(row_id) == one for row_id, one in decided.items())
    changes = Changes(
        new_corrections=len(new) - waivers,
        new_waivers=waivers,
        changed=len(decided) - len(new) - unchanged,
        unchanged=unchanged,
    )
    return {**kept, **decided}, changes


def numbered_lines(file: RawFile, name: str) -> Iterator[tuple[int, dict[str, str] | P360Error]]:
    """Yield each record of a CSV file with its line: its cells by column, or what ails it."""
    for batch in file.batches():
        found: list[tuple[int, dict[str, str] | P360Error]] = [
            (line.line_number, P360Error(f"{name}, line {line.line_number}: {line.detail}"))
            for line in batch.set_aside
        ]
        found += [(int(row["_line_number"]), row) for row in batch.rows.to_pylist()]
        yield from sorted(found, key=lambda pair: pair[0])


def read_kept(settings: Settings) -> dict[str, Correction]:
    """Return the corrections that are kept, by row id.

    Raises:
        P360Error: The file is not as dbt needs it; the message names the line.
    """
    path = settings.project_dir / KEPT
    return _read(path) if path.exists() else {}


def write_kept(settings: Settings, corrections: Mapping[str, Correction]) -> None:
    """Write all corrections, so that a reader sees the file before or the file after.

    Raises:
        P360Error: A text would not be read back as it is.
    """
    path = settings.project_dir / KEPT
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=".corrections-", delete=False
    ) as file:
        fresh = Path(file.name)
    try:
        _write(fresh, corrections)
        if _read(fresh) != dict(corrections):
            raise P360Error(
                f"{KEPT} would not read back unchanged; look for odd characters in the "
                "corrected cells"
            )
        fresh.chmod(path.stat().st_mode if path.exists() else 0o644)
        os.replace(fresh, path)  # noqa: PTH105 - says what matters: in one step
    finally:
        fresh.unlink(missing_ok=True)


def _write(path: Path, corrections: Mapping[str, Correction]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for row_id in sorted(corrections, key=file_order):
            one = corrections[row_id]
            cells = [one.cells.get(cell, "") for cell in CELLS]
            waived = "yes" if one.is_waived else ""
            writer.writerow([row_id, *cells, waived, one.decided_by, one.because])
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> dict[str, Correction]:
    file = open_raw_file(path, KEPT, _AS_DBT_READS)
    if tuple(file.columns) != _COLUMNS:
        raise P360Error(f"{KEPT} must have the columns {', '.join(_COLUMNS)}; fix its header")
    kept: dict[str, Correction] = {}
    for line, row in numbered_lines(file, KEPT):
        if isinstance(row, P360Error):
            raise P360Error(f"{row}; fix that line")
        row_id = row["row_id"]
        if row_id in kept:
            raise P360Error(f"{KEPT}, line {line}: row {row_id} appears twice; keep one line")
        kept[row_id] = Correction(
            row_id=row_id,
            cells={cell: row[cell] for cell in CELLS if row[cell]},
            is_waived=row["waived"] == "yes",
            decided_by=row["decided_by"],
            because=row["because"],
        )
    return kept
