"""Rows of the live schema as they were judged, with the text that arrived."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from python_jobs.errors import P360Error
from python_jobs.quarantine.cells import CELLS
from python_jobs.server.thrift import ThriftConnection, connect
from python_jobs.settings import Settings

_ASSESSED = "silver_sales_assessed"
_COLUMNS = (
    "_row_id",
    "disposition",
    "rejection_reasons",
    "_set_aside_text",
    "raw_before_correction",
    *(f"{cell}_raw" for cell in CELLS),
)
_IDS_A_QUERY = 5000


@dataclass(frozen=True)
class LiveRow:
    """One raw row as it stands in silver.

    Attributes:
        row_id: Feed, file and record number.
        disposition: ``accepted``, ``quarantined``, ``duplicate`` or ``superseded``.
        reasons: Ids of the rules that it breaks.
        line: The whole line where it could not be read as a row, else blank.
        judged: Text by cell, as it was judged; blank for null.
        arrived: Text by cell, before any correction.
    """

    row_id: str
    disposition: str
    reasons: list[str] = field(default_factory=list)
    line: str = ""
    judged: dict[str, str] = field(default_factory=dict)
    arrived: dict[str, str] = field(default_factory=dict)


def read_quarantine(settings: Settings) -> list[LiveRow]:
    """Return all quarantined rows that are live, the waived ones too.

    Raises:
        P360Error: No server runs, or nothing is live that knows corrections.
    """
    with connect(settings) as connection:
        return _read(connection, settings, "disposition = 'quarantined'")


def read_rows(settings: Settings, row_ids: Iterable[str]) -> dict[str, LiveRow]:
    """Return the live rows of these ids, whatever became of them; ids that are none are left out.

    Raises:
        P360Error: As ``read_quarantine``.
    """
    found: dict[str, LiveRow] = {}
    wanted = sorted(set(row_ids))
    with connect(settings) as connection:
        for start in range(0, len(wanted), _IDS_A_QUERY):
            some = wanted[start : start + _IDS_A_QUERY]
            condition = f"_row_id in ({', '.join(map(_literal, some))})"
            found |= {row.row_id: row for row in _read(connection, settings, condition)}
    return found


def _read(connection: ThriftConnection, settings: Settings, condition: str) -> list[LiveRow]:
    live = settings.live_schema
    if not connection.has_schema(live) or not connection.has_view(live, _ASSESSED):
        raise P360Error(f"no run is live in schema {live} yet; start with 'p360 run'")
    there = connection.query(f"select * from {live}.{_ASSESSED} limit 0").columns
    if missing := [column for column in _COLUMNS if column not in there]:
        raise P360Error(
            f"{live}.{_ASSESSED} has no column {missing[0]}: an older release built it; run "
            "'p360 run', then the same command again"
        )
    rows = connection.query(
        f"select {', '.join(_COLUMNS)} from {live}.{_ASSESSED} where {condition}"
    ).rows
    return [live_row(row) for row in rows]


def live_row(row: tuple[Any, ...]) -> LiveRow:
    """Return a row of the query above; arrays and maps arrive as JSON text, or null."""
    row_id, disposition, reasons, line, before, *cells = row
    judged = {cell: text or "" for cell, text in zip(CELLS, cells, strict=True)}
    replaced = json.loads(before) if before else {}
    arrived = {cell: replaced.get(cell, text) or "" for cell, text in judged.items()}
    return LiveRow(row_id, disposition, json.loads(reasons), line or "", judged, arrived)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
