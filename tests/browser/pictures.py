"""Takes the pictures of the README: ``PYTHONPATH=tests .venv/bin/python -m browser.pictures``.

It runs the pipeline on the demo first, as `p360 run` does.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import sync_playwright
from rich.console import Console

from browser.conftest import CHROMIUM, settle
from browser.workspace import REPOSITORY
from python_jobs.pipeline import run as pipeline
from python_jobs.server import dashboard
from python_jobs.settings import Settings

DOCS = REPOSITORY / "docs"
# Address of each page and its scheme.
PAGES = {
    "overview": ("/", "light"),
    "products": ("/products", "light"),
    "buyers": ("/buyers", "dark"),
    "where": ("/where?period=52w", "light"),
    "next": ("/next", "dark"),
    "quality": ("/quality", "light"),
    "unusual": ("/unusual?period=all", "dark"),
    "health": ("/health", "light"),
}
# What dbt docs draws: the way of the sales, which is enough to be read at the README's width.
LINEAGE = "/docs/#!/overview?g_v=1&" + urlencode(
    {
        "g_i": "+semantic_business_metrics +semantic_sales_over_time +semantic_products "
        "+semantic_rejections +semantic_sales_anomalies +semantic_clean_against_quarantined "
        "exposure:project_360_dashboard",
        "g_e": "known_events anomaly_feedback",
    },
    quote_via=quote,
)
SIZE, LINEAGE_SIZE = (1366, 860), (1500, 640)


def main() -> None:
    """Run the demo and write every picture into docs/."""
    settings = Settings.from_environment(project_dir=REPOSITORY)
    pipeline.out = recorder = Console(record=True, width=108, highlight=False, soft_wrap=True)
    pipeline.run(settings, settings.dbt_project()["vars"]["feed"])
    # Its fonts come from elsewhere: a page of ours asks the network for nothing.
    drawn = re.sub(r"@font-face {.*?}", "", recorder.export_svg(title="make run"), flags=re.DOTALL)
    drawn = drawn.replace("Fira Code", "DejaVu Sans Mono")
    (DOCS / "summary.svg").write_text(drawn, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (path, scheme) in PAGES.items():
            page = _page(browser, SIZE, scheme)
            page.goto(dashboard.address(settings) + path)
            # The first run of all is read some seconds after it went live.
            page.wait_for_selector(".chart-frame, .bars", timeout=120_000)
            settle(page)
            # Until the dashboard has read the new run, a banner says that it is old.
            page.wait_for_selector(".banner:not(.is-shown)", state="attached")
            page.screenshot(path=DOCS / f"dashboard-{name}.png")
        page = _page(browser, LINEAGE_SIZE, "light", scale=1.5)
        page.goto(dashboard.address(settings) + LINEAGE)
        page.wait_for_selector("canvas", timeout=30_000)
        page.wait_for_timeout(3000)
        page.screenshot(path=DOCS / "lineage.png")
        browser.close()


def _page(browser: Any, size: tuple[int, int], scheme: str, scale: float = 1) -> Any:
    viewport = {"width": size[0], "height": size[1]}
    return browser.new_context(
        color_scheme=scheme, viewport=viewport, device_scale_factor=scale
    ).new_page()


if __name__ == "__main__":
    main()
