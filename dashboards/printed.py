"""Pages as one HTML file that asks for nothing: the same blocks as in the app, from the snapshot.

Run as a process of its own by ``p360 report --page`` (``python -m dashboards.printed``).
"""

from __future__ import annotations

import html as text
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboards.blocks import Card, CardContents, ChartContents, Grid, Tabs
from dashboards.data.store import Data, Store
from dashboards.filters import frozen_to, parse
from dashboards.page import Page, View
from dashboards.pages.registry import PAGES
from dashboards.plain_html import as_html, filled
from dashboards.theme import LIGHT, Theme, theme_of
from dashboards.views import frozen_words
from dashboards.wording import period_name
from python_jobs.errors import P360Error
from python_jobs.server import readable
from python_jobs.settings import Settings

_ASSETS = Path(__file__).with_name("assets")
_DRAW = """
for (const place of document.querySelectorAll('[data-figure]')) {
  const figure = JSON.parse(document.getElementById(place.dataset.figure).textContent);
  Plotly.newPlot(place, figure.data, figure.layout, {displayModeBar: false, responsive: true});
}
"""


@dataclass(frozen=True)
class Printed:
    """Pages as one file.

    Attributes:
        html: The file.
        title: What it is, in a line.
        lines: Its key figures, a line each, for the text of a message.
    """

    html: str
    title: str
    lines: list[str]


def printed(store: Store, addresses: Sequence[str], theme: Theme, now: datetime) -> Printed:
    """Return pages as one HTML file.

    Args:
        store: The snapshots.
        addresses: Path and query of each page, such as ``/time?period=52w``.
        theme: Name and colours.
        now: When it is made, UTC.

    Raises:
        P360Error: There is no snapshot, or an address asks for what is not there.
    """
    sections, lines = [], []
    for address in addresses:
        path, _, search = address.partition("?")
        page, data = _page(path), _data(store, search)
        filters = parse(search, data.domain)
        if filters.ignored:
            wrong = ", ".join(f"{name}={value}" for name, value in filters.ignored)
            raise P360Error(f"'{address}' asks for {wrong}, which is not known; correct it")
        view = View(data, filters, theme.palette(LIGHT), page.path, now)
        contents = page.fill(view)
        sections.append(_section(store, page, view, contents, search))
        lines += _lines(page, view, contents)
    title = f"{theme.name}: {', '.join(dict.fromkeys(_page(a).name for a in addresses))}"
    return Printed(_document(theme, title, sections, now), title, lines)


def _page(address: str) -> Page:
    path = address.partition("?")[0].rstrip("/") or "/"
    found = next((one for one in PAGES if one.path == path), None)
    if found is None:
        paths = ", ".join(one.path for one in PAGES if one.is_listed)
        raise P360Error(f"the dashboard has no page {path}; use one of {paths}")
    return found


def _data(store: Store, search: str) -> Data:
    data = store.asked(search)
    if data is None and (run := frozen_to(search)):
        raise P360Error(f"run {run} is no longer kept; leave 'run={run}' out for the newest data")
    if data is None:
        raise P360Error(
            "the dashboard has read no run yet; 'p360 run' builds one and starts the dashboard"
        )
    return data


def _section(store: Store, page: Page, view: View, contents: Any, search: str) -> str:
    """Return a page as HTML: heading, what is shown, its blocks; lists of rows are named only."""
    frozen, _ = frozen_words(store, page.path, search)
    shown = [period_name(view.filters, view.days, view.data), view.versus] * page.is_filtered
    parts = [
        f'<h1 class="page-title">{text.escape(page.title)}</h1>',
        f'<p class="page-lead">{text.escape(", ".join(shown) or page.lead)}</p>',
        f'<p class="block-summary">{text.escape(frozen[0])}</p>' if frozen else "",
    ]
    for row in page.rows:
        blocks = [one for one in row if not isinstance(one, (Grid, Tabs))]
        drawn = "".join(as_html(filled(one, contents[one.id])) for one in blocks)
        parts.append(f'<div class="row row-{len(blocks)}">{drawn}</div>' if blocks else "")
    return f'<section class="page">{"".join(parts)}</section>'


def _lines(page: Page, view: View, contents: Any) -> list[str]:
    """Return the figures of a page in words: its cards, else the sentence of each chart."""
    cards = [
        f"{one.label or block.label}: {_figure(one)}"
        + (f" ({one.change.text}, {one.versus})" if one.change else "")
        for block in page.blocks
        if isinstance(block, Card) and isinstance(one := contents[block.id], CardContents)
    ]
    charts = [
        f"{one.title}: {one.summary}"
        for block in page.blocks
        if isinstance(one := contents[block.id], ChartContents) and one.table.rows
    ]
    heading = f"{page.title}, {period_name(view.filters, view.days, view.data)}"
    return [heading, *(cards or charts), ""]


def _figure(card: CardContents) -> str:
    """Return the figure of a card, to the cent where it is money."""
    return card.exact if card.exact.startswith(card.value) else card.value


def _document(theme: Theme, title: str, sections: Sequence[str], now: datetime) -> str:
    plotly = next(_ASSETS.glob("plotly-basic-*.min.js")).read_text(encoding="utf-8")
    style = (_ASSETS / "app.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en" data-mantine-color-scheme="light"><head><meta charset="utf-8">
<title>{text.escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>{theme.style()}</style><style>{style}</style>
<script>{plotly}</script></head><body class="printed">
<header class="head"><span class="head-name"><b>{text.escape(theme.name)}</b>
{text.escape(theme.subtitle)}</span>
<span class="head-as-of">Made {now:%Y-%m-%d %H:%M} UTC</span></header>
<main class="content">{"".join(sections)}</main>
<script>{_DRAW}</script></body></html>
"""


def main(words: Sequence[str]) -> None:
    """Write the pages of the addresses to a file, and say title and lines as JSON.

    Args:
        words: The file, then the addresses.
    """
    try:
        settings = Settings.from_environment()
        now = datetime.now(UTC).replace(tzinfo=None)
        made = printed(Store(settings), words[1:], theme_of(settings), now)
        Path(words[0]).write_text(made.html, encoding="utf-8")
        print(json.dumps({"title": made.title, "lines": made.lines}))
    except P360Error as error:
        print(readable(error), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
