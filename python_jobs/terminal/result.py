"""Prints the rows of a query: a table for eyes, CSV or JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.markup import escape
from rich.table import Table

from python_jobs.terminal.console import out, say

_TABLE_ROWS = 1000
_NO_ROWS = ["Result"]  # What the server calls the answer to a statement such as create schema.
_NUMBERS = ("int", "bigint", "smallint", "tinyint", "decimal", "double", "float")


def print_result(
    columns: Sequence[str], types: Sequence[str], rows: Sequence[tuple[Any, ...]], style: str
) -> None:
    """Print the rows of a query; nothing for a statement that has no answer.

    Args:
        columns: Column names.
        types: Spark's type of each column, in lower case.
        rows: One tuple a row.
        style: ``table``, ``csv`` or ``json``.
    """
    if list(columns) == _NO_ROWS and not rows:
        return
    if style == "csv":
        _print_csv(columns, rows)
    elif style == "json":
        _print_json(columns, types, rows)
    else:
        _print_table(columns, types, rows)


def _print_csv(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else _text(cell) for cell in row] for row in rows)


def _print_json(
    columns: Sequence[str], types: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    typed = list(zip(columns, types, strict=True))
    objects = [
        {name: _json_value(cell, kind) for (name, kind), cell in zip(typed, row, strict=True)}
        for row in rows
    ]
    print(json.dumps(objects, indent=2, ensure_ascii=False))


def _print_table(
    columns: Sequence[str], types: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name, kind in zip(columns, types, strict=True):
        table.add_column(name, justify="right" if kind in _NUMBERS else "left", overflow="fold")
    for row in rows[:_TABLE_ROWS]:
        table.add_row(*("[dim]null[/]" if cell is None else escape(_text(cell)) for cell in row))
    out.print(table)
    hidden = len(rows) - _TABLE_ROWS
    if hidden > 0:
        say(f"{hidden:,} more rows; --csv and --json print all")


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _json_value(value: Any, kind: str) -> Any:  # noqa: ANN401
    """Return a value that JSON holds; decimals as text, since a float would lose cents."""
    if kind in ("array", "map", "struct") and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, (Decimal, date, datetime, bytes)):
        return _text(value)
    return value
