"""What is kept and sent, in the browser: views saved by keyboard, pictures of charts, paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from PIL import Image

from browser.conftest import settle
from dashboards.theme import default_theme

Open = Callable[..., Any]
INK = "rgb(31, 41, 51)"  # The text of the light scheme.


def test_a_view_is_saved_and_removed_by_keyboard_alone(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/time?category=Books&period=4w")
    page.locator("#views-open").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('views-link').href.includes('Books')")
    page.get_by_label("The newest data").focus()
    page.keyboard.press("ArrowDown")  # To the other choice.
    page.wait_for_function("() => document.getElementById('views-link').href.includes('run=')")
    page.locator("#views-name").focus()
    page.keyboard.type("Books, this month")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.getElementById('views-status').textContent.startsWith('Saved as')"
    )
    page.locator("#views-all").focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Books, this month")
    link.wait_for()
    assert not page.locator("#views-dialog").is_visible()
    assert "frozen to the run of" in page.locator("#views-list").inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".frozen.is-shown")
    settle(page)
    assert "category=Books" in page.url
    page.goto(f"{address}/views")
    settle(page)
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Remove Books, this month").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=No view is saved yet")
    page.goto(f"{address}/?run=run-0")
    page.wait_for_selector(".frozen.is-gone")
    assert page.locator("h1:visible").inner_text() == "This run is no longer kept"
    assert page.complaints == []


def test_a_picture_of_a_chart_opens_and_holds_its_figures(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/?period=13w")
    for path, block in (
        ("/", "overview-daily"),
        ("/", "overview-targets"),
        ("/", "overview-products"),
        ("/buyers", "buyers-cohorts"),
        ("/time", "time-multiples"),
    ):
        if page.url.removeprefix(address).partition("?")[0] != path:
            page.goto(f"{address}{path}?period=13w")
            settle(page)
        section = page.locator(f"section[aria-labelledby={block}-title]")
        drawn = page.evaluate(f"p360_drawing('{block}').then(svg => svg.address)")
        words = " ".join(unquote(drawn).replace("&amp;", "&").split())
        for word in section.locator(".block-summary").inner_text().split():
            assert word in words
        labels = section.locator(".bar-label, .heat-cell, .multiple-value").all_inner_texts()
        assert len(labels) > 1 or block == "overview-daily"
        for label in labels:
            assert all(word in words for word in label.split())
        with page.expect_download() as got:
            page.locator(f"#{block}-png").focus()
            page.keyboard.press("Enter")
        picture = Image.open(got.value.path())
        assert picture.size[0] == 2000 or path != "/"
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 50
    assert page.complaints == []


def test_a_page_on_paper_is_cut_nowhere_and_readable_from_a_dark_screen(
    open_page: Open, address: str
) -> None:
    page = open_page(f"{address}/?period=13w", "dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.wait_for_timeout(200)
    width = "document.querySelector('.chart-frame').clientWidth"
    assert page.evaluate(f"document.querySelector('.main-svg').clientWidth <= {width}")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == INK
    fills = (
        "[...document.querySelectorAll('.main-svg text')].map(one => getComputedStyle(one).fill)"
    )
    assert set(page.evaluate(fills)) == {INK}
    line = "document.querySelector('.js-plotly-plot').data.at(-2).line.color"
    light, dark = (default_theme().palette(scheme).accent for scheme in ("light", "dark"))
    assert page.evaluate(line) == light
    shown = (
        "[...document.querySelectorAll('button, summary')].filter(one => one.offsetParent).length"
    )
    assert page.evaluate(shown) == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(line) == dark
