"""Results as tables of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench import aims
from bench.contenders.names import (
    BUILD,
    CONTENDERS,
    DBT_ITSELF,
    INGEST,
    MORE_BUILD,
    MORE_INGEST,
    MORE_SCORE,
    SCORE,
    START,
    TEST,
)
from bench.measure import Result

_SHOWN_NODES = 12
_MB = 1e6


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes:
        title: What it shows.
        headers: One a column; the first column is text, the others figures.
        rows: Cells.
    """

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]

    def as_text(self) -> str:
        """Return the table aligned, for a terminal."""
        lines = [self.headers, *self.rows]
        widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
        shown = [
            "  ".join(
                cell.ljust(width) if place == 0 else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.title, *(f"  {line}" for line in shown)])

    def as_markdown(self) -> str:
        """Return the table under a heading, in Markdown."""
        rule = ["---", *("--:" for _ in self.headers[1:])]
        lines = [self.headers, rule, *self.rows]
        return "\n".join([f"## {self.title}", "", *(f"| {' | '.join(line)} |" for line in lines)])


def all_tables(results: Sequence[Result]) -> list[Table]:
    """Return every table that the results fill."""
    tables = [aims_table(results), contenders_table(results), memory_table(results)]
    projects = [result for result in results if result.contender == "project"]
    if projects:
        tables.append(one_more_table(projects))
        largest = max(projects, key=lambda result: result.rows)
        before = next(
            (one for one in results if one.contender == "before" and one.rows == largest.rows), None
        )
        tables.append(profile_table(largest, before))
    return tables


def aims_table(results: Sequence[Result]) -> Table:
    """Return each aim with what was measured."""
    rows = [
        (
            f"{aim.text} at most {aim.most:g}",
            aim.rows,
            "" if aim.measured is None else f"{aim.measured:.2f}",
            aim.verdict,
        )
        for aim in aims.judge(results)
    ]
    return Table("Aims", ("aim", "rows", "measured", "verdict"), rows)


def contenders_table(results: Sequence[Result]) -> Table:
    """Return seconds, rate, memory and bytes of each contender at each size."""
    rows = []
    for result in sorted(results, key=_place):
        against = _compared_with_project(result, results)
        rows.append(
            (
                result.contender,
                f"{result.rows:,}",
                f"{result.seconds:,.1f}",
                f"{result.rows / result.seconds:,.0f}",
                f"{result.peak / _MB:,.0f}",
                f"{result.size / _MB:,.1f}",
                "" if against is None else f"{against:.2f}",
            )
        )
    headers = ("contender", "rows", "seconds", "rows/s", "peak MB", "tables MB", "project / this")
    return Table("Files to tables", headers, rows)


def memory_table(results: Sequence[Result]) -> Table:
    """Return the peak memory of each contender, sizes side by side."""
    sizes = sorted({result.rows for result in results})
    peaks = {(result.contender, result.rows): result.peak for result in results}
    rows = []
    for name in CONTENDERS:
        cells = [peaks.get((name, size)) for size in sizes]
        if any(cells):
            rows.append((name, *("" if peak is None else f"{peak / _MB:,.0f}" for peak in cells)))
    headers = ("peak memory, MB", *(f"{size:,} rows" for size in sizes))
    return Table("Memory", headers, rows)


def one_more_table(projects: Sequence[Result]) -> Table:
    """Return what one more load costs, its scoring and the project's tests."""
    rows = []
    for project in sorted(projects, key=lambda one: one.rows):
        more = aims.one_more(project)
        rows.append(
            (
                f"{project.rows:,}",
                f"{project.seconds:,.1f}",
                f"{aims.full_build(project):,.1f}",
                f"{project.seconds_of(MORE_INGEST):.1f}",
                f"{project.seconds_of(MORE_BUILD):.1f}",
                f"{more / aims.full_build(project):.2f}",
                f"{more / project.seconds:.2f}",
                *(
                    f"{seconds:.1f}" if (seconds := project.seconds_of(step)) else ""
                    for step in (SCORE, MORE_SCORE, TEST)
                ),
            )
        )
    headers = (
        "rows",
        "from cold, s",
        "server up, s",
        "more: ingest, s",
        "more: build, s",
        "more / server up",
        "more / from cold",
        "scoring, s",
        "more: scoring, s",
        "dbt test, s",
    )
    return Table("One more load of 30,000 rows", headers, rows)


def profile_table(project: Result, before: Result | None) -> Table:
    """Return the seconds of each stage of a full build and of one more load.

    Args:
        project: The result at the size to show.
        before: The same with the models of an earlier revision, if measured.
    """
    measured = [before, project] if before else [project]
    columns = [_Column(one, INGEST, BUILD) for one in measured]
    columns += [_Column(one, MORE_INGEST, MORE_BUILD) for one in measured]
    times = ("before, ", "after, ") if before else ("",)
    headers = (
        "stage",
        *(f"{kind}, {time}s" for kind in ("full", "one more load") for time in times),
    )
    names = [(START, [column.start for column in columns])]
    for title, steps in (
        (INGEST, [column.ingest for column in columns]),
        (BUILD, [column.build for column in columns]),
    ):
        pairs = list(zip(columns, steps, strict=True))
        names.append((title, [column.of.seconds_of(step) for column, step in pairs]))
        names += _parts([column.of.profile.get(step, {}) for column, step in pairs])
    rows = [(name, *(f"{cell:.1f}" if cell else "" for cell in cells)) for name, cells in names]
    title = f"Where the time goes, {project.rows:,} rows"
    return Table(title, headers, rows)


@dataclass(frozen=True)
class _Column:
    """Whose ingest and build a column of the profile shows."""

    of: Result
    ingest: str
    build: str

    @property
    def start(self) -> float:
        return self.of.seconds_of(START) if self.build == BUILD else 0.0


def _place(result: Result) -> tuple[int, int]:
    return result.rows, list(CONTENDERS).index(result.contender)


def _parts(profiles: Sequence[dict[str, float]]) -> list[tuple[str, list[float]]]:
    """Return the longest parts of a step, side by side, and the sum of the others."""
    named = [{_stage(name): seconds for name, seconds in one.items()} for one in profiles]
    longest: dict[str, float] = {}
    for one in named:
        for name, seconds in one.items():
            longest[name] = max(seconds, longest.get(name, 0.0))
    order = sorted(longest, key=lambda name: -longest[name])
    shown = [name for name in order[:_SHOWN_NODES] if name != DBT_ITSELF]
    others = [name for name in order if name not in shown and name != DBT_ITSELF]
    rows = [(f"- {name}", [one.get(name, 0.0) for one in named]) for name in shown]
    if others:
        sums = [sum(one.get(name, 0.0) for name in others) for one in named]
        rows.append((f"- {len(others)} others", sums))
    if DBT_ITSELF in longest:
        rows.append((f"- {DBT_ITSELF}", [one.get(DBT_ITSELF, 0.0) for one in named]))
    return rows


def _stage(name: str) -> str:
    """Return the name of a stage without what differs from load to load."""
    words = [word for word in name.split() if not word.replace(",", "").isdecimal()]
    return " ".join(words).replace("project_360-on-run-", "on-run-")


def _compared_with_project(result: Result, results: Sequence[Result]) -> float | None:
    """Return the project's seconds divided by those of the result, for the same work."""
    project = next(
        (one for one in results if one.contender == "project" and one.rows == result.rows), None
    )
    if project is None or result is project:
        return None
    same_work = project.seconds_of(BUILD) if result.contender == "stock-dbt" else project.seconds
    return same_work / result.seconds
