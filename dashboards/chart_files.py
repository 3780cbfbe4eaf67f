"""The numbers of each chart as a file: ``/chart/<block>.csv`` with the filters of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from dashboards.blocks import ChartContents, HeatContents, MultiplesContents
from dashboards.data.chart_rows import chart_rows
from dashboards.data.store import Data
from dashboards.filters import Filters
from dashboards.page import Page, View
from dashboards.theme import Theme


def page_of(block: str, pages: Sequence[Page]) -> Page | None:
    """Return the page that a block stands on; None for a name of no block."""
    return next((page for page in pages if any(one.id == block for one in page.blocks)), None)


def rows_of_chart(
    page: Page, block: str, data: Data, filters: Filters, theme: Theme
) -> list[list[Any]] | None:
    """Return the header and rows behind a chart; None for a block that is no chart.

    Args:
        page: The page that it stands on.
        block: Its name.
        data: The snapshot.
        filters: What is asked for.
        theme: Colours; a chart is made with its marks.
    """
    hour = datetime.now(UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    contents = page.fill(View(data, filters, theme.palette(None), page.path, hour))[block]
    is_chart = isinstance(contents, (ChartContents, MultiplesContents, HeatContents))
    return list(rows_behind(contents)) if is_chart else None


def rows_behind(
    contents: ChartContents | MultiplesContents | HeatContents,
) -> Iterator[list[Any]]:
    """Yield the header, then a row for each mark of a chart."""
    if not isinstance(contents, ChartContents):
        yield from contents.file_rows()
        return
    figure = contents.figure
    ticks = figure["layout"].get("yaxis", {})
    if figure["data"] and figure["data"][0].get("orientation") == "h" and "ticktext" in ticks:
        # A ranking places its bars by number and names them by tick.
        names = dict(zip(ticks["tickvals"], ticks["ticktext"], strict=True))
        figure = {**figure, "data": [_named(one, names) for one in figure["data"]]}
    yield from chart_rows(figure, contents.table.columns)


def _named(trace: dict[str, Any], names: dict[Any, str]) -> dict[str, Any]:
    """Return a trace of bars with names in place of numbers; those of one name are told apart."""
    said = [names.get(place, str(place)) for place in trace["y"]]
    links = trace.get("customdata") or [""] * len(said)
    return {
        **trace,
        "y": [
            f"{name} ({link.rpartition('=')[2]})" if said.count(name) > 1 and link else name
            for name, link in zip(said, links, strict=True)
        ],
    }
