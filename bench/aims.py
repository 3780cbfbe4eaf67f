"""What the project aims at, and whether a run met it. Nothing fails for an aim that was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.contenders.names import MORE_BUILD, MORE_INGEST, START
from bench.measure import Result

AIM_ROWS = 10_000_000
MOST_OF_TUTORIAL = 0.4
MOST_OF_DUCKDB = 2.0
MOST_OF_FULL_BUILD = 0.1
# "Does not grow": what a JVM takes of the heap it may take differs by as much from run to run.
MOST_MEMORY_GROWTH = 1.25


@dataclass(frozen=True)
class Aim:
    """An aim beside what was measured.

    Attributes:
        text: What is aimed at.
        rows: The number of rows at which it was measured, as text.
        measured: The figure; None where this run did not measure it.
        most: The largest figure that meets the aim.
    """

    text: str
    rows: str
    measured: float | None
    most: float

    @property
    def verdict(self) -> str:
        """Whether it was met, in words."""
        if self.measured is None:
            return "not measured"
        return "aim met" if self.measured <= self.most else "aim missed"


def judge(results: Sequence[Result]) -> list[Aim]:
    """Return all aims with what the results say of them, at the size nearest to that of the aim."""
    sizes = sorted({result.rows for result in results}, key=lambda rows: abs(rows - AIM_ROWS))
    if not sizes:
        return []
    rows = sizes[0]
    at_size = {result.contender: result for result in results if result.rows == rows}
    project = at_size.get("project")
    shown = f"{rows:,}"
    return [
        Aim(
            "project / tutorial", shown, _ratio(project, at_size.get("tutorial")), MOST_OF_TUTORIAL
        ),
        Aim("project / DuckDB", shown, _ratio(project, at_size.get("duckdb")), MOST_OF_DUCKDB),
        Aim(
            "one more load / full build",
            shown,
            one_more_ratio(project) if project else None,
            MOST_OF_FULL_BUILD,
        ),
        _memory_aim([result for result in results if result.contender == "project"]),
    ]


def full_build(project: Result) -> float:
    """Seconds from files to live tables on a server that is up."""
    return project.seconds - project.seconds_of(START)


def one_more(project: Result) -> float:
    """Seconds of one more load, from its file to live tables."""
    return project.seconds_of(MORE_INGEST) + project.seconds_of(MORE_BUILD)


def one_more_ratio(project: Result) -> float:
    """One more load against the full build, both on a server that is up."""
    return one_more(project) / full_build(project)


def _ratio(one: Result | None, other: Result | None) -> float | None:
    return one.seconds / other.seconds if one and other else None


def _memory_aim(projects: Sequence[Result]) -> Aim:
    by_size = sorted(projects, key=lambda result: result.rows)
    text = "peak memory, most rows / fewest"
    if len({result.rows for result in by_size}) < 2:
        return Aim(text, "one size only", None, MOST_MEMORY_GROWTH)
    fewest, most = by_size[0], by_size[-1]
    rows = f"{most.rows:,} / {fewest.rows:,}"
    return Aim(text, rows, most.peak / fewest.peak, MOST_MEMORY_GROWTH)
