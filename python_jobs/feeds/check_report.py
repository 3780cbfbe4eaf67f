"""What a person is told of a check."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from python_jobs.feeds.check import Check
from python_jobs.terminal.console import out


def print_check(check: Check) -> None:
    """Print dispositions, reasons with counts, and examples of raw text and value."""
    table = _table()
    table.add_row("records", f"{check.records:,}", "")
    for name, count in check.dispositions.items():
        share = f"{100 * count / check.records:.1f} %" if check.records else ""
        table.add_row(f"  {name}", f"{count:,}", share)
    out.print(table)
    for title, counts in (("rejection reasons", check.reasons), ("warnings", check.warnings)):
        if counts:
            out.print(f"\n{title}")
            rows = _table()
            for name, count in counts.items():
                rows.add_row(f"  {name}", f"{count:,}", "")
            out.print(rows)
    out.print("\nhow cells are read")
    read = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for cell, examples in check.examples.items():
        shown = ", ".join(f"{raw} -> {value}" for raw, value in examples)
        if shown:
            read.add_row(f"  {cell}", escape(shown))
    out.print(read)
    for title, names in (
        ("columns that no cell uses", check.unused),
        ("rules that do not apply, for lack of cells", check.rules_not_applied),
    ):
        if names:
            out.print(f"\n{title}")
            out.print(f"  {', '.join(names)}", markup=False)
    if check.amounts_are:
        out.print(f"\namounts are {check.amounts_are}", markup=False)


def _table() -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    return table
