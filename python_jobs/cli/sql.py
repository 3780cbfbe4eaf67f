"""Prints the rows of a query: a table for eyes, CSV or JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.markup import escape
from rich.table import Table

from python_jobs.server.thrift import Result, connect
from python_jobs.settings import Settings
from python_jobs.terminal.console import out, say

_TABLE_ROWS = 1000
_NO_ROWS = ["Result"]  # What the server calls the answer to a statement such as create schema.
_NUMBERS = ("int", "bigint", "smallint", "tinyint", "decimal", "double", "float")


def run_sql(settings: Settings, statement: str, style: str) -> None:
    """Run one statement and print its rows.

    Args:
        settings: Where the server is.
        statement: SQL; a semicolon at its end does no harm.
        style: ``table``, ``csv`` or ``json``.

    Raises:
        P360Error: No server runs, or Spark refuses the statement.
    """
    with connect(settings) as connection:
        result = connection.query(statement.strip().rstrip(";"))
    if result.columns == _NO_ROWS and not result.rows:
        return
    if style == "csv":
        _print_csv(result)
    elif style == "json":
        _print_json(result)
    else:
        _print_table(result)


def _print_csv(result: Result) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(["" if cell is None else _text(cell) for cell in row] for row in result.rows)


def _print_json(result: Result) -> None:
    columns = list(zip(result.columns, result.types, strict=True))
    rows = [
        {name: _json_value(cell, kind) for (name, kind), cell in zip(columns, row, strict=True)}
        for row in result.rows
    ]
    print(json.dumps(rows, indent=2, ensure_ascii=False))


def _print_table(result: Result) -> None:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name, kind in zip(result.columns, result.types, strict=True):
        table.add_column(name, justify="right" if kind in _NUMBERS else "left", overflow="fold")
    for row in result.rows[:_TABLE_ROWS]:
        table.add_row(*("[dim]null[/]" if cell is None else escape(_text(cell)) for cell in row))
    out.print(table)
    hidden = len(result.rows) - _TABLE_ROWS
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
