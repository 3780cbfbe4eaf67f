"""`p360 quarantine apply`: checks a filled-in file, and keeps what it decides under `seeds/`."""

from __future__ import annotations

from pathlib import Path

from python_jobs.console import complain, out, say
from python_jobs.errors import P360Error
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
from python_jobs.raw_files import open_raw_file
from python_jobs.settings import Settings

_FAULTS_TOLD = 10


def apply(settings: Settings, path: Path) -> bool:
    """Keep what a file decides, all of it or nothing; the caller holds the run lock.

    Args:
        settings: Where the server and the kept corrections are.
        path: A filled-in export; delimiter and encoding are found out.

    Returns:
        False where the file has faults; they have been told.

    Raises:
        P360Error: The file is no CSV, nothing is live, or the kept file is broken.
    """
    rows, faults = read_sheet(path)
    kept = read_kept(settings)
    checked = Checked(faults=faults)
    if not faults:
        live = read_rows(settings, [cells["row_id"].strip() for _, cells in rows])
        checked = check_rows(rows, path.name, live, kept)
    if checked.faults:
        _tell_faults(checked.faults)
        return False
    merged, changes = merge(kept, checked.decisions)
    if not changes.are_none:
        write_kept(settings, merged)
    _tell_changes(changes, checked)
    return True


def read_sheet(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """Return line number and cells by column of each row of a file, and what is wrong with it.

    Raises:
        P360Error: There is no such file, or it is no CSV with a header.
    """
    if not path.is_file():
        raise P360Error(f"{path} is no file; name a filled-in 'p360 quarantine export'")
    file = open_raw_file(path, path.name)
    columns = {column: column.lower() for column in file.columns}
    faults = header_faults(list(columns.values()), path.name)
    rows = []
    for line, found in numbered_lines(file, path.name):
        if isinstance(found, P360Error):
            faults.append(f"{found}; put that line right")
        elif any(str(found[column]).strip() for column in columns):  # Blank rows end many a sheet.
            rows.append((line, {name: found[column] for column, name in columns.items()}))
    return rows, faults


def _tell_faults(faults: list[str]) -> None:
    for fault in faults[:_FAULTS_TOLD]:
        complain(fault)
    if len(faults) > _FAULTS_TOLD:
        say(f"and {len(faults) - _FAULTS_TOLD:,} more")
    say("nothing was written; put that right, then apply the file again")


def _tell_changes(changes: Changes, checked: Checked) -> None:
    if checked.left_out:
        say(f"rows with nothing filled in, left out: {checked.left_out:,}")
    if checked.cleared:
        say(
            f"of these, rows with a decision that stays: {checked.cleared:,}; to take one back, "
            f"delete its line in {KEPT}"
        )
    if changes.are_none:
        out.print(f"nothing new: {changes.unchanged:,} as they were")
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
        *([f"{changes.unchanged:,} as they were"] if changes.unchanged else []),
    ]
    out.print(f"{', '.join(parts)}; next: git diff {KEPT}, then p360 run", markup=False)
    say("they are kept in git on purpose, personal data too where the corrected cells hold it")
