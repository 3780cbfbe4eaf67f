"""What a page is, and what it is given to fill its blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.blocks import Block, Grid
from dashboards.data.metric_words import MetricWords
from dashboards.data.store import Data
from dashboards.days import Days, gained
from dashboards.filters import A_YEAR_BEFORE, CUSTOM, Filters
from dashboards.formats import Change, Formats
from dashboards.theme import Palette


@dataclass(frozen=True)
class View:
    """What a page shows.

    Attributes:
        data: The snapshot.
        filters: What is asked for.
        palette: Colours of the scheme.
        path: Path of the page.
        now: The current hour, UTC.
    """

    data: Data
    filters: Filters
    palette: Palette
    path: str
    now: datetime

    @property
    def formats(self) -> Formats:
        """How values are written."""
        return self.data.formats

    @cached_property
    def days(self) -> Days:
        """The days asked for."""
        return self.filters.days(self.data.domain)

    @cached_property
    def before(self) -> Days | None:
        """The period to compare with; None where all days are shown or none lie before."""
        return self.filters.compared(self.data.domain)

    @cached_property
    def versus(self) -> str:
        """The comparison, named."""
        if self.before is None:
            return f"no {self.earlier}"
        return f"vs {self.formats.days(self.before)}"

    @property
    def is_uneven(self) -> bool:
        """Whether the period to compare with has more or fewer days than this one."""
        return self.before is not None and len(self.before) != len(self.days)

    @property
    def by_day(self) -> str:
        """What is said behind a change of the mean day; blank where the days are as many."""
        return " by day" if self.is_uneven else ""

    def change(
        self, now: Decimal | int | None, before: Decimal | int | None, more_is: str = "good"
    ) -> Change:
        """Return the relative change of a sum; of its mean by day where days are not as many."""
        if self.before is None or not self.is_uneven or now is None or before is None:
            return self.formats.change(now, before, more_is=more_is)
        change = self.formats.change(
            Decimal(now) / len(self.days), Decimal(before) / len(self.before), more_is=more_is
        )
        return replace(change, text=change.text + self.by_day)

    def gained(self, now: Decimal, before: Decimal) -> Decimal:
        """Return the difference of a sum; of its mean by day where days are not as many."""
        return gained(now, before, self.days, self.before or self.days)

    @property
    def moved(self) -> Days:
        """The days of the compared period, moved so that both begin on the same one."""
        before = self.before or self.days
        return before.moved(self.days.start - before.start)

    def label(self, metric: str) -> str:
        """Return what a metric is called."""
        return self.data.metrics[metric].label

    @property
    def earlier(self) -> str:
        """What the period that this one is compared with is called."""
        versus = self.filters.extra("vs")
        if versus == A_YEAR_BEFORE:
            return "same weeks a year before"
        return "compared period" if versus else "previous period"

    @property
    def earlier_short(self) -> str:
        """The same, for the end of a line."""
        versus = self.filters.extra("vs")
        return "a year before" if versus == A_YEAR_BEFORE else "compared" if versus else "previous"

    def here(self, filters: Filters) -> str:
        """Return the address of this page under other filters."""
        return self.path + filters.search()

    def without(self, name: str) -> Filters:
        """Return the filters less a whole list: a ranking shows all, the chosen stand out."""
        none: dict[str, Any] = {name: ()}
        return replace(self.filters, **none)

    def narrowed(self, name: str, value: str) -> str:
        """Return the address of this page narrowed to one value."""
        return self.here(self.filters.add(name, value))


Contents = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of the app.

    Attributes:
        path: Its path.
        name: What the navigation calls it.
        title: Its heading.
        lead: One sentence below the heading.
        rows: Its blocks, row by row.
        fill: Contents of each block, by the block's id.
        is_filtered: Whether the filters act on it.
        is_listed: Whether the navigation names it; others are reached from where they belong.
    """

    path: str
    name: str
    title: str
    lead: str
    rows: Sequence[Sequence[Block]]
    fill: Callable[[View], Contents]
    controls: Callable[[], Component] | None = None
    is_filtered: bool = True
    is_listed: bool = True

    @property
    def blocks(self) -> list[Block]:
        """All blocks of the page."""
        return [block for row in self.rows for block in row]

    def layout(self, words: MetricWords) -> Component:
        """Return the page, its blocks still empty; columns of lists are called as their metrics."""
        controls = [self.controls()] if self.controls else []
        rows = [
            [block.headed(words) if isinstance(block, Grid) else block for block in row]
            for row in self.rows
        ]
        return html.Div(
            [
                html.H1(self.title, className="page-title", id="page-title", tabIndex=-1),
                html.P(self.lead, className="page-lead"),
                *controls,
                *(
                    html.Div([block.layout() for block in row], className=f"row row-{len(row)}")
                    for row in rows
                ),
            ],
            className="page",
        )


def one_bucket(view: View, start: date, grain: str) -> Filters:
    """Return the filters narrowed to one day, week or month, cut to the days that are shown."""
    end = {
        "day": start,
        "week": start + timedelta(days=6),
        "month": (start.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1),
    }[grain]
    first = max(start, view.days.start)
    versus = view.filters.extra("vs")
    if view.before and versus != A_YEAR_BEFORE and versus:
        # Days chosen by hand: this part is compared with the like part of them.
        versus = str(view.before.start + (first - view.days.start))
    return replace(
        view.filters.with_extra("vs", versus),
        period=CUSTOM,
        start=first,
        end=min(end, view.days.end),
    )
