"""A dashboard over the sample, and Chromium to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from browser.sample import write_sample
from browser.workspace import dashboard_settings
from python_jobs.server import dashboard
from python_jobs.settings import Settings

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# A chart without data says so in its plot, so every one that is drawn has a text.
_ALL_DRAWN = """() => [...document.querySelectorAll('.chart-frame')]
    .every(frame => frame.querySelector('svg text')) &&
  [...document.querySelectorAll('.ag-root-wrapper')]
    .every(grid => grid.querySelector('.ag-header-cell'))"""
WIDE, NARROW = (1366, 900), (390, 844)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home with a snapshot of 5,000 sales, and no Spark server."""
    settings = dashboard_settings(tmp_path_factory.mktemp("dashboard"))
    write_sample(settings)
    return settings


@pytest.fixture(scope="session")
def address(sample: Settings) -> Iterator[str]:
    """Address of a dashboard that serves the sample as `p360 dashboard` does."""
    yield from _served(sample)


@pytest.fixture(scope="session")
def empty_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard for which nothing ever went live."""
    yield from _served(dashboard_settings(tmp_path_factory.mktemp("nothing")))


def _served(settings: Settings) -> Iterator[str]:
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("P360_")}
    dashboard.start(settings)
    try:
        yield dashboard.address(settings)
    finally:
        dashboard.stop(settings)
        os.environ.update(kept)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium; tests are skipped where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed here; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open pages in contexts of their own; what a page complained of is in ``page.complaints``."""
    contexts = []

    def opened(url: str, scheme: str = "light", size: tuple[int, int] = WIDE) -> Any:
        context = chromium.new_context(
            color_scheme=scheme, viewport={"width": size[0], "height": size[1]}
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.hosts = set()
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: page.complaints.append(said.text) if said.type == "error" else None,
        )
        page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
        page.goto(url)
        settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def settle(page: Any) -> None:
    """Wait until the page has its contents: charts and grids are drawn, nothing is on its way."""
    page.wait_for_selector("main h1#page-title", timeout=20_000)
    page.wait_for_load_state("networkidle", timeout=20_000)
    page.wait_for_function(_ALL_DRAWN, timeout=20_000)
