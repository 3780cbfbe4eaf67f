"""What a person is told of a check."""

from __future__ import annotations

from collections.abc import Mapping

from rich.markup import escape
from rich.table import Table

from python_jobs.feeds.check import ONLY_OF_ALL, Check
from python_jobs.terminal.console import out


def print_check(check: Check) -> None:
    """Print dispositions, reasons with counts, and examples of raw text and value."""
    table = _table()
    table.add_row("records", f"{check.records:,}", "")
    if check.sampled is not None:
        aside = sum(check.set_aside.values())
        table.add_row("  set aside by the reader", f"{aside:,}", _share(aside, check.records))
        table.add_row("sample", f"{check.sampled:,}", _share(check.sampled, check.records))
    for name, count in check.dispositions.items():
        if check.sampled is not None and name in ONLY_OF_ALL:
            table.add_row(f"  {name}", "not known", "")
        else:
            table.add_row(f"  {name}", f"{count:,}", _share(count, check.sampled or check.records))
    out.print(table)
    if check.sampled is not None:
        out.print(
            f"\nA sample of {check.sampled:,} records was judged, taken evenly from all that could "
            "be read. All counts below are of the sample. Duplicates and superseded records are "
            "known only when all are judged: --all.",
        )
        _print_counts("lines set aside by the reader, in all records", check.set_aside)
    for title, counts in (("rejection reasons", check.reasons), ("warnings", check.warnings)):
        _print_counts(title, counts)
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


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    out.print(f"\n{title}")
    rows = _table()
    for name, count in counts.items():
        rows.add_row(f"  {name}", f"{count:,}", "")
    out.print(rows)


def _share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.1f} %" if whole else ""


def _table() -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    return table
