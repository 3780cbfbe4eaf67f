"""What a person filled in, checked against the live rows: decisions, or every fault at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from python_jobs.quarantine.cells import CELLS, DECISION, from_sheet
from python_jobs.quarantine.corrections import KEPT, Correction
from python_jobs.quarantine.export import CORRECTED, SHEET_COLUMNS
from python_jobs.quarantine.live import LiveRow

_NEEDED = ("row_id", *CORRECTED, *DECISION)
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_BLANK_TO_DBT = "null"  # It reads this word in a seed as nothing.


@dataclass
class Checked:
    """What a filled-in file came to.

    Attributes:
        decisions: What was decided, by row id.
        faults: What is wrong, a line each.
        left_out: Rows on which nothing is decided.
        cleared: Of these, rows that have a decision which is kept.
    """

    decisions: dict[str, Correction] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    left_out: int = 0
    cleared: int = 0


def header_faults(columns: list[str], name: str) -> list[str]:
    """Return what is wrong with the columns of a file; they may stand in any order."""
    faults = []
    if missing := [column for column in _NEEDED if column not in columns]:
        faults.append(f"{name} has no column {', '.join(missing)}; add what an export has")
    if unknown := [column for column in columns if column not in SHEET_COLUMNS]:
        faults.append(
            f"{name} has the unknown column {', '.join(unknown)}; take it out, or name it as an "
            "export does"
        )
    return faults


def check_rows(
    rows: list[tuple[int, dict[str, str]]],
    name: str,
    live: Mapping[str, LiveRow],
    kept: Mapping[str, Correction],
) -> Checked:
    """Check each row of a file.

    Args:
        rows: Line number and cells by column, as they stand in the file.
        name: What to call the file.
        live: The live rows of these ids.
        kept: The corrections that are kept.

    Returns:
        The decisions; they count only where there is no fault.
    """
    checked = Checked()
    seen: dict[str, tuple[int, Correction]] = {}
    for line, cells in rows:
        where = f"{name}, line {line}"
        row_id = cells["row_id"].strip()
        if not row_id:
            checked.faults.append(f"{where}: row_id is blank; copy it from the export")
            continue
        decision = _decision(row_id, cells, live.get(row_id))
        if row_id in seen:
            if seen[row_id][1] != decision:
                checked.faults.append(
                    f"{where}: row {row_id} stands on line {seen[row_id][0]} too, and says "
                    "something else there; keep one of them"
                )
            continue
        seen[row_id] = (line, decision)
        faults = _known(row_id, live, kept) or [
            *_edited(cells, live.get(row_id)),
            *_undecided(cells, decision),
        ]
        checked.faults += [f"{where}: {fault}" for fault in faults]
        if decision.cells or decision.is_waived:
            checked.decisions[row_id] = decision
        else:
            checked.left_out += 1
            checked.cleared += row_id in kept
    return checked


def _decision(row_id: str, cells: Mapping[str, str], row: LiveRow | None) -> Correction:
    """Return what a row of the file decides; a text that arrived like that is no correction."""
    corrected = {cell: _typed(cells[f"corrected_{cell}"]) for cell in CELLS}
    return Correction(
        row_id=row_id,
        cells={
            cell: text
            for cell, text in corrected.items()
            if text and not (row and text == _lines(row.arrived[cell]))
        },
        is_waived=_typed(cells["waived"]).lower() == "yes",
        decided_by=_typed(cells["decided_by"]),
        because=_typed(cells["because"]),
    )


def _known(
    row_id: str, live: Mapping[str, LiveRow], kept: Mapping[str, Correction]
) -> list[str] | None:
    if row_id in kept or (row_id in live and live[row_id].disposition == "quarantined"):
        return None
    if row_id in live:
        return [f"row {row_id} is not in quarantine but {live[row_id].disposition}; take it out"]
    return [f"row {row_id} is not in quarantine, nor in {KEPT}; export again, copy the id whole"]


def _edited(cells: Mapping[str, str], row: LiveRow | None) -> list[str]:
    """Return a fault for each cell that is neither as it was judged nor as it arrived."""
    if row is None:
        return []
    return [
        f"{cell} is {from_sheet(cells[cell])!r} and was exported as {row.judged[cell]!r}; write "
        f"what is right into corrected_{cell}, and put {cell} back or take that column out"
        for cell in CELLS
        if cell in cells
        and not _same(from_sheet(cells[cell]), row.judged[cell])
        and not _same(from_sheet(cells[cell]), row.arrived[cell])
    ]


def _undecided(cells: Mapping[str, str], decision: Correction) -> list[str]:
    """Return what is contradictory or missing in a decision."""
    faults = []
    waived = _typed(cells["waived"])
    if waived.lower() not in ("", "yes", "no"):
        faults.append(f"waived is {waived!r}; write yes or leave it blank")
    if decision.is_waived and decision.cells:
        faults.append("it is both corrected and waived; clear one of them")
    if decision.is_waived and not (decision.decided_by and decision.because):
        faults.append("it is waived; write a name into decided_by and a sentence into because")
    nothing = not decision.is_waived and not any(_typed(cells[column]) for column in CORRECTED)
    if nothing and waived.lower() in ("", "no") and (decision.decided_by or decision.because):
        faults.append(
            "it has decided_by or because and no decision; fill in a corrected_ cell or waived"
        )
    faults += [
        f"{column} is the word {_typed(cells[column])}, which a seed cannot hold; write another"
        for column in (*CORRECTED, "decided_by", "because")
        if _typed(cells[column]).lower() == _BLANK_TO_DBT
    ]
    return faults


def _typed(cell: str) -> str:
    """Return what a person typed: without blanks around it, lines ended as in the kept file."""
    return from_sheet(_lines(cell)).strip()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _same(cell: str, exported: str) -> bool:
    """Return whether a cell is what was exported, as far as a spreadsheet leaves it alone."""
    cell, exported = _lines(cell), _lines(exported.replace("\0", "\ufffd"))
    if cell == exported:
        return True
    if _NUMBER.fullmatch(cell) and _NUMBER.fullmatch(exported):  # 12.50 comes back as 12.5.
        return Decimal(cell.replace(",", ".")) == Decimal(exported.replace(",", "."))
    return False
