"""Reports as files to print or send: pages of the dashboard, as PDF, to Apprise's addresses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from python_jobs.errors import P360Error
from python_jobs.observability import alerts
from python_jobs.observability.alerts import Message
from python_jobs.server.views import read_views
from python_jobs.settings import Settings
from python_jobs.terminal.console import out

VARIABLE = "P360_REPORTS"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_SECONDS = 120
_DRAWING = 15_000  # Milliseconds of the browser's own time that charts have to be drawn.


def find_browser() -> str:
    """Return the Chromium that is installed here.

    Raises:
        P360Error: None is.
    """
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise P360Error(
            "no Chromium is installed to make a PDF; install one (Debian: apt-get install "
            "chromium), or leave --pdf out and print the HTML file from a browser"
        )
    return found


def addresses() -> str:
    """Return where reports are sent: ``P360_REPORTS``, else where alerts go.

    Raises:
        P360Error: Neither is set.
    """
    where = os.environ.get(VARIABLE, "").strip() or alerts.addresses()
    if not where:
        raise P360Error(
            f"{VARIABLE} is not set; set it to Apprise addresses, such as mailtos://... "
            f"({alerts.VARIABLE} is used where it is not set)"
        )
    return where


def write_pages(
    settings: Settings, pages: Sequence[str], views: Sequence[str], path: Path
) -> Message:
    """Write pages of the dashboard as one HTML file, from its snapshot; Spark may be down.

    Args:
        settings: Whose snapshot.
        pages: Addresses such as ``/time?period=52w``.
        views: Names of saved views, which follow the pages.
        path: The file; one that is there is replaced.

    Returns:
        The key figures, to go with the file.

    Raises:
        P360Error: There is no such page, view or snapshot.
    """
    kept = {one.name.casefold(): one.href for one in read_views(settings)}
    for name in views:
        if name.casefold() not in kept:
            raise P360Error(f"no view is saved as '{name}'; 'p360 views list' lists them")
    wanted = [*pages, *(kept[name.casefold()] for name in views)]
    # The dashboard is a process that is started by name: no code here knows it.
    done = subprocess.run(
        [sys.executable, "-m", "dashboards.printed", str(path.resolve()), *wanted],
        cwd=settings.project_dir,
        env=os.environ | settings.environment(),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise P360Error(lines[-1] if lines else "the pages could not be written")
    said = json.loads(done.stdout.splitlines()[-1])
    return Message(said["title"], "\n".join(said["lines"]).strip())


def print_pdf(browser: str, page: Path, path: Path) -> None:
    """Print an HTML file as PDF.

    Args:
        browser: The Chromium.
        page: The HTML file.
        path: The PDF; one that is there is replaced.

    Raises:
        P360Error: The browser made no file.
    """
    with TemporaryDirectory(prefix="p360-print-") as folder:
        fresh = Path(folder) / "page.pdf"
        words = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={folder}/profile",
            "--window-size=1344,900",
            "--no-pdf-header-footer",
            f"--virtual-time-budget={_DRAWING}",
            f"--print-to-pdf={fresh}",
            page.resolve().as_uri(),
        ]
        if os.geteuid() == 0:  # Chromium's sandbox refuses root; the page is our own file.
            words.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(words, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise P360Error(
                f"{browser} made no PDF within {_SECONDS} seconds; try again, or print {page}"
            ) from error
        if done.returncode != 0 or not fresh.is_file():
            raise P360Error(f"{browser} made no PDF of {page}; open that file and print it there")
        shutil.move(fresh, path)
    out.print(f"wrote {path}", markup=False)


def send_report(message: Message, where: str, files: Sequence[Path]) -> None:
    """Send a report with its files to every address.

    Raises:
        P360Error: An address failed.
    """
    failed = alerts.send(message, where, files)
    if failed:
        raise P360Error(
            f"the report did not reach {', '.join(failed)}; check that address in {VARIABLE}"
        )
    out.print("the report was sent")
