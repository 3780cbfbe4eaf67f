"""A question to metrics, with its names looked up: which are there, and what comes nearest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from python_jobs.dbt.metrics import Dimension, Metric
from python_jobs.dbt.saved_queries import SavedQuery
from python_jobs.errors import P360Error
from python_jobs.metrics.filters import quoted, read_filter
from python_jobs.metrics.steps import Step, first_day, read_day, step_of

GRAINS = ("day", "week", "month", "quarter", "year")
COMPARISONS = ("previous-period", "previous-year")
_TIME = "metric_time"
_FEWEST, _MOST_METRICS, _MOST_GROUPS = 1, 12, 6


@dataclass(frozen=True)
class Asked:
    """What a person asks, as typed.

    Attributes:
        metrics: Names of metrics.
        by: Grains of time and dimensions.
        where: Filters; all must hold.
        start: First day; None for the first there is.
        end: Last day; None for the last there is.
        compare: One of ``COMPARISONS``, or None.
        limit: Most rows, or None.
        is_top: Whether rows come by the first metric, largest first.
        saved_query: Name of a saved query, which has metrics and groups of its own, or None.
    """

    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    compare: str | None = None
    limit: int | None = None
    is_top: bool = False
    saved_query: str | None = None


@dataclass(frozen=True)
class Question:
    """A question whose every part is known.

    Attributes:
        metrics: The metrics.
        groups: Name and MetricFlow's path of what they are grouped by.
        where: Filters in MetricFlow's form.
        start: First day, or None.
        end: Last day, or None.
        step: How far back the values to compare with lie; None without.
        limit: Most rows, or None.
        is_top: Whether rows come by the first metric, largest first.
        saved: The saved query that says what is asked, besides what else stands here; or None.
    """

    metrics: tuple[Metric, ...]
    groups: tuple[tuple[str, str], ...]
    where: tuple[str, ...]
    start: date | None
    end: date | None
    step: Step | None = None
    limit: int | None = None
    is_top: bool = False
    saved: SavedQuery | None = None

    @property
    def order(self) -> list[str] | None:
        """By what rows come, in MetricFlow's words; None where the saved query says it."""
        paths = [path for _, path in self.groups]
        if self.is_top:
            return [f"-{self.metrics[0].name}", *paths]
        return None if self.saved and self.saved.is_ordered else paths or None

    @property
    def days(self) -> list[str]:
        """Filters of the first and last day: MetricFlow's option widens them to whole grains."""
        day = "{{ TimeDimension('metric_time', 'day') }}"
        signs = ((">=", self.start), ("<=", self.end))
        return [f"{day} {sign} date '{bound}'" for sign, bound in signs if bound]

    def earlier(self) -> Question:
        """Return the question about the days to compare with, of every row."""
        assert self.step is not None
        return replace(
            self,
            start=self.start and self.step.before(self.start),
            end=self.end and self.step.last_before(self.end),
            step=None,
            limit=None,
        )


def understand(
    asked: Asked,
    metrics: Mapping[str, Metric],
    saved_queries: Mapping[str, SavedQuery] | None = None,
) -> Question:
    """Return the question that was asked.

    Args:
        asked: What was typed.
        metrics: The metrics that there are.
        saved_queries: The saved queries that there are.

    Raises:
        P360Error: A name is unknown, a filter is none, or parts do not go together.
    """
    if asked.saved_query is not None:
        return _of_saved(asked, asked.saved_query, metrics, saved_queries or {})
    if not _FEWEST <= len(asked.metrics) <= _MOST_METRICS or len(asked.by) > _MOST_GROUPS:
        raise P360Error(
            f"ask 1 to {_MOST_METRICS} metrics by at most {_MOST_GROUPS} dimensions at a time, or "
            "a saved query; 'p360 metrics' lists them"
        )
    if asked.limit is not None and asked.limit < _FEWEST:
        raise P360Error(f"the limit is {asked.limit}; ask for 1 row or more")
    chosen = tuple(_metric(name, metrics) for name in dict.fromkeys(asked.metrics))
    known = _shared(chosen)
    groups: dict[str, str] = {}
    for name in asked.by:
        groups.setdefault(_path(name, known, chosen), name)
    _need_grain(chosen, asked.by)
    start, end = read_day(asked.start, "--from"), read_day(asked.end, "--to")
    if start and end and end < start:
        raise P360Error(f"--to {end} is before --from {start}; turn them round")
    return Question(
        metrics=chosen,
        groups=tuple((name, path) for path, name in groups.items()),
        where=tuple(_where(text, known, chosen) for text in asked.where),
        start=start,
        end=end,
        step=_step(asked, start, end),
        limit=asked.limit,
        is_top=asked.is_top,
    )


def _of_saved(
    asked: Asked, name: str, metrics: Mapping[str, Metric], saved_queries: Mapping[str, SavedQuery]
) -> Question:
    """Return the question of a saved query, with what else was typed."""
    if asked.metrics or asked.by:
        raise P360Error(
            f"the saved query '{name}' has metrics and groups of its own; leave out METRIC and --by"
        )
    if name not in saved_queries:
        raise nearest(name, saved_queries, "saved query")
    saved = saved_queries[name]
    if saved.is_ordered and asked.compare:
        raise P360Error(
            f"the saved query '{name}' orders or limits its rows, so that they cannot be compared; "
            "ask its metrics by name"
        )
    chosen = tuple(_metric(one, metrics) for one in saved.metrics)
    known = _shared(chosen)
    names = [
        one.name if one and known[one.name] is one else path.removeprefix(f"{_TIME}__")
        for path, one in ((path, known.get(path)) for path in saved.paths)
    ]
    typed = replace(asked, metrics=saved.metrics, by=tuple(names), saved_query=None)
    return replace(understand(typed, metrics), saved=saved)


def nearest(name: str, known: Collection[str], what: str, others: str = "") -> P360Error:
    """Return the error about an unknown name, with the nearest known ones.

    Args:
        name: The name.
        known: Names that there are.
        what: What they are names of.
        others: What to say where none is near; all known names by default.
    """
    close = get_close_matches(name.lower(), list(known), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else others or f"use {', '.join(known)}"
    return P360Error(f"there is no {what} '{name}'; {hint}")


def _metric(name: str, metrics: Mapping[str, Metric]) -> Metric:
    if name not in metrics:
        raise nearest(name, metrics, "metric", "'p360 metrics' lists all")
    return metrics[name]


def _need_grain(metrics: Sequence[Metric], by: Sequence[str]) -> None:
    backward = [metric.name for metric in metrics if metric.needs_grain]
    if backward and not _grains(by):
        raise P360Error(
            f"'{backward[0]}' looks back from each period, so it has a value by a grain of time "
            f"only: by {', '.join(GRAINS)}"
        )


def _shared(metrics: Sequence[Metric]) -> dict[str, Dimension]:
    """Return the dimensions that all of the metrics have, by name and by path."""
    first, *others = metrics
    known: dict[str, Dimension] = {}
    for one in first.dimensions:
        if all(one in other.dimensions for other in others):
            known.setdefault(one.name, one)
            known[one.path] = one
    return known


def _path(name: str, known: Mapping[str, Dimension], metrics: Sequence[Metric]) -> str:
    grain = _grain(name)
    if grain in GRAINS:
        return f"{_TIME}__{grain}"
    return _dimension(name, known, metrics).path


def _dimension(name: str, known: Mapping[str, Dimension], metrics: Sequence[Metric]) -> Dimension:
    if name in known:
        return known[name]
    without = [one.name for one in metrics if name not in [each.name for each in one.dimensions]]
    if len(without) < len(metrics) > 1:
        those = " and ".join(without or [one.name for one in metrics])
        why = f"cannot be asked by '{name}'" if without else f"have no one '{name}'"
        raise P360Error(f"{those} {why}; ask them one by one, or by time, customer or product")
    others = [*GRAINS, *dict.fromkeys(one.name for one in known.values())]
    raise nearest(name, others, "dimension")


def _where(text: str, known: Mapping[str, Dimension], metrics: Sequence[Metric]) -> str:
    def column(name: str) -> str:
        grain = _grain(name)
        if grain in GRAINS:
            return "{{ TimeDimension('" + _TIME + "', '" + grain + "') }}"
        found = _dimension(name, known, metrics)
        if found.kind == "time":
            return "{{ TimeDimension('" + found.path + "', 'day') }}"
        return (
            "{{ "
            + ("Entity" if found.kind == "entity" else "Dimension")
            + f"('{found.path}') "
            + "}}"
        )

    def literal(name: str, value: str, is_number: bool) -> str:
        grain = _grain(name)
        found = known.get(name)
        if grain in GRAINS or (found and found.kind == "time"):
            return f"date '{first_day(value, name)}'"
        if found and found.is_number:
            if not is_number:
                raise P360Error(f"'{name}' is a number, and '{value}' is none; write {name} = 9")
            return value
        return quoted(value)

    return read_filter(text, column, literal)


def _step(asked: Asked, start: date | None, end: date | None) -> Step | None:
    if asked.compare is None:
        return None
    if asked.compare not in COMPARISONS:
        raise nearest(asked.compare, COMPARISONS, "comparison")
    is_year = asked.compare == "previous-year"
    grains = _grains(asked.by)
    if len(grains) > 1 or not (grains or (start and end)):
        raise P360Error(
            f"--compare needs --from and --to, or one grain of time: --by {', '.join(GRAINS)}"
        )
    if grains == ["week"] and is_year:
        raise P360Error(
            "weeks of two years begin on different days; compare with previous-period, or by month"
        )
    if grains:
        return step_of("year" if is_year else grains[0])
    if is_year or not (start and end):
        return step_of("year")
    return Step(days=(end - start).days + 1)


def _grains(by: Sequence[str]) -> list[str]:
    return [grain for grain in map(_grain, by) if grain in GRAINS]


def _grain(name: str) -> str:
    """Return the grain that a name may stand for: MetricFlow's is of days where it says none."""
    return "day" if name == _TIME else name.removeprefix(f"{_TIME}__")
