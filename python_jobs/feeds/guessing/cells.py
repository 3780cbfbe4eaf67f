"""What is guessed from, and what is guessed: columns of a sample, and a declaration of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SampleColumn:
    """A column of a sample file.

    Attributes:
        header: Its name in the file.
        name: Its name in the raw table.
        cells: Cells from all over the file; a place is the same row in each column.
        before: Texts that were taken off in front of numbers, such as `Rs.`.
        behind: Texts that were taken off behind them, such as `pc` and `pcs`.
    """

    header: str
    name: str
    cells: Sequence[str]
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


@dataclass
class Guessed:
    """A declaration of cells, as ``meta.feed`` of a mapping model holds it.

    Attributes:
        cells: What is declared of each canonical cell.
        numbers: How the feed writes numbers; blank where cells say it or all are plain.
        told: For each guess and open question, what a person is told, as two columns.
        to_fill: Lines that a person has to write, since nobody can know them from the sample.
        unused: Headers of columns that no cell uses.
        known_export: Title of the preset that it comes from; blank where it is guessed.
        feed: What is declared beside cells and numbers.
        required: Columns of the raw table without which files of a known export are refused.
        notes: What a person must know of a known export.
        csv: How the files of a known export are written, where that never varies.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    to_fill: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    known_export: str = ""
    feed: dict[str, Any] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    csv: dict[str, Any] = field(default_factory=dict)

    def say(self, cell: str, **more: Any) -> None:  # noqa: ANN401
        """Declare more of a cell that is declared already."""
        said = self.cells[cell]
        self.cells[cell] = {**({"column": said} if isinstance(said, str) else said), **more}
