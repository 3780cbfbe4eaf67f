"""`p360 quarantine apply`: checks a filled-in file, and keeps what it decides under `seeds/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from python_jobs.errors import P360Error
from python_jobs.feeds.raw_files import open_raw_file
from python_jobs.quarantine.check import Checked, check_rows, header_faults
from python_jobs.quarantine.corrections import (
    KEPT,
    Changes,
    merge,
    numbered_lines,
    read_kept,
    write_kept,
)
from python_jobs.quarantine.live import read_rows
from python_jobs.settings import Settings
from python_jobs.terminal.console import complain, out, say

_FAULTS_TOLD = 10


@dataclass(frozen=True)
class Sheet:
    """A filled-in file as it stands.

    Attributes:
        name: What to call it.
        rows: Line number and cells by column of each row; blank rows are left out.
        faults: What is wrong with its columns and lines.
    """

    name: str
    rows: list[tuple[int, dict[str, str]]]
    faults: list[str]


def read_sheet(path: Path) -> Sheet:
    """Read a file; its delimiter and encoding are found out.

    Raises:
        P360Error: There is no such file, or it is no CSV with a header.
    """
    if not path.is_file():
        raise P360Error(f"{path} is not a file; name a filled-in 'p360 quarantine export'")
    file = open_raw_file(path, path.name)
    columns = {column: column.lower() for column in file.columns}
    faults = header_faults(list(columns.values()), path.name)
    rows = []
    for line, found in numbered_lines(file, path.name):
        if isinstance(found, P360Error):
            faults.append(f"{found}; fix that line")
        elif any(found[column].strip() for column in columns):
            rows.append((line, {name: found[column] for column, name in columns.items()}))
    return Sheet(path.name, rows, faults)


def apply(settings: Settings, sheet: Sheet) -> bool:
    """Keep what a file decides, all of it or nothing; the caller holds the run lock.

    Args:
        settings: Where the server and the kept corrections are.
        sheet: The filled-in file.

    Returns:
        False where the file has faults; they have been told.

    Raises:
        P360Error: Nothing is live, or the kept file is broken.
    """
    kept = read_kept(settings)
    checked = Checked(faults=sheet.faults)
    if not sheet.faults:
        live = read_rows(settings, [cells["row_id"].strip() for _, cells in sheet.rows])
        checked = check_rows(sheet.rows, sheet.name, live, kept)
    if checked.faults:
        _tell_faults(checked.faults)
        return False
    merged, changes = merge(kept, checked.decisions)
    if not changes.are_none:
        write_kept(settings, merged)
    _tell_changes(changes, checked)
    return True


def _tell_faults(faults: list[str]) -> None:
    for fault in faults[:_FAULTS_TOLD]:
        complain(fault)
    if len(faults) > _FAULTS_TOLD:
        say(f"and {len(faults) - _FAULTS_TOLD:,} more")
    say("nothing was written; fix that, then apply the file again")


def _tell_changes(changes: Changes, checked: Checked) -> None:
    if checked.left_out:
        say(f"rows with nothing filled in, skipped: {checked.left_out:,}")
    if checked.cleared:
        say(
            f"of these, rows that keep an earlier decision: {checked.cleared:,}; to take one back, "
            f"delete its line in {KEPT}"
        )
    if changes.are_none:
        out.print(f"nothing new: {changes.unchanged:,} unchanged")
        return
    new = [
        f"{count:,} {kind}{'' if count == 1 else 's'}"
        for count, kind in (
            (changes.new_corrections, "correction"),
            (changes.new_waivers, "waiver"),
        )
        if count
    ]
    parts = [
        *([f"{' and '.join(new)} new"] if new else []),
        *([f"{changes.changed:,} changed"] if changes.changed else []),
        *([f"{changes.unchanged:,} unchanged"] if changes.unchanged else []),
    ]
    out.print(f"{', '.join(parts)}; next: git diff {KEPT}, then p360 run", markup=False)
    say("git keeps them on purpose, including personal data in corrected cells")
