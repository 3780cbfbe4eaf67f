"""What a person is told of guesses: each with its reason, and what is left to write."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from python_jobs.feeds.guessing.cells import Guessed
from python_jobs.terminal.console import out, warn


def print_guesses(guessed: Guessed) -> None:
    """Print one line for each guess, the columns that nothing uses, and lines to write."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for what, why in guessed.told:
        table.add_row(escape(what), escape(why))
    out.print(table)
    if guessed.unused:
        out.print(f"not used: {', '.join(guessed.unused)}", markup=False)
    for line in guessed.to_fill:
        warn(f"write in the YAML: {line}")
