"""What a first visit costs, in figures that hang on no clock: `make bench-dashboard` has times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from browser.measure import MOST_SENT, MOST_SHIFT, cold_starts, first_load
from browser.sample import write_sample
from browser.workspace import dashboard_settings


def test_the_first_page_is_light_and_stands_still(chromium: Any, address: str) -> None:
    page = chromium.new_page(viewport={"width": 1366, "height": 900})
    seen = first_load(page, address)
    page.close()
    assert 0.1 < seen.sent <= MOST_SENT  # Megabytes; less would be no page at all.
    assert seen.shift <= MOST_SHIFT


def test_a_cold_start_answers_everyone_at_once(tmp_path: Path) -> None:
    settings = dashboard_settings(tmp_path)
    write_sample(settings)
    assert cold_starts(settings, 1) == 0
