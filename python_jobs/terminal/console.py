"""How the command talks: bars and colour on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

_NOTE_WIDTH = 36  # Leaves room for the bar on a terminal of 100 columns.
_PIPE_WIDTH = 240  # Nothing wraps where no terminal says how wide it is.


def _console(stderr: bool) -> Console:
    console = Console(highlight=False, soft_wrap=True, stderr=stderr)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


out = _console(stderr=False)
err = _console(stderr=True)


def say(message: str) -> None:
    """Print one line of progress to standard error."""
    err.print(message, markup=False)


def warn(message: str) -> None:
    """Print one line that a person should not miss, to standard error."""
    err.print(f"[yellow]warning:[/] {escape(message)}")


def complain(message: str) -> None:
    """Print one error line to standard error."""
    err.print(f"[bold red]error:[/] {escape(message)}")


class Steps:
    """Progress of one long step: a bar on a terminal, else a line at the end.

    Use it as ``with steps("building", total=80) as step: step.advance("silver_sales")``.
    """

    def __init__(self, progress: Progress | None, title: str, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=total, note="") if progress else None

    def set_total(self, total: int | None) -> None:
        """Tell how many parts there are, once that is known."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, total=total)

    def advance(self, note: str = "", by: int = 1) -> None:
        """Move the bar by ``by`` parts and show what was just done."""
        if self._progress is not None and self._task is not None:
            short = note if len(note) <= _NOTE_WIDTH else note[: _NOTE_WIDTH - 1] + "…"
            self._progress.update(self._task, advance=by, note=short)


@contextmanager
def steps(title: str, total: int | None = None) -> Iterator[Steps]:
    """Show the progress of one step and say how long it took.

    Args:
        title: What is being done, such as ``building models``.
        total: Number of parts, where known.
    """
    started = time.monotonic()
    if err.is_terminal:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
        )
        with Progress(*columns, console=err, transient=True) as progress:
            yield Steps(progress, title, total)
    else:
        yield Steps(None, title, total)
    say(f"  {title:<34} {time.monotonic() - started:7.1f} s")
