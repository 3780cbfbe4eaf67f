"""Every page, as a person meets it: both schemes, both widths, mouse and keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from browser.conftest import NARROW, WIDE, settle
from dashboards.pages.registry import PAGES
from dashboards.theme import palette

Open = Callable[..., Any]
PATHS = [page.path for page in PAGES]
_DRAWN = "document.querySelectorAll('.chart-table tbody tr').length"

# Text inside charts is invisible to axe: its colour is held against the card behind it.
_SVG_CONTRAST = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const part = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const found = [];
  document.querySelectorAll('.js-plotly-plot text').forEach(node => {
    if (!node.textContent.trim()) return;
    const style = getComputedStyle(node);
    if (style.visibility === 'hidden' || style.display === 'none' || +style.opacity === 0) return;
    const color = parse(style.fill);
    let holder = node.closest('.block'), back = parse(getComputedStyle(holder).backgroundColor);
    const [a, b] = [light(color), light(back)].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), node.textContent]);
  });
  return found;
}"""

_DRAWN_IN = """color => {
  const charts = [...document.querySelectorAll('.js-plotly-plot')];
  return charts.every(chart => chart.layout.font.color === color);
}"""
# Of all that axe looks for, only these hang on the colours.
_COLOURS = ["color-contrast", "link-in-text-block"]
_RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": _COLOURS},
}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_readable_by_everyone(open_page: Open, address: str, path: str) -> None:
    """In both schemes: the page follows where the browser changes from light to dark."""
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(f"{address}{path}?period=52w", "light")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(_DRAWN_IN, arg=palette(scheme).text)
        for size in (WIDE, NARROW):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.wait_for_timeout(300)
            found = Axe().run(page, options=_RULES[scheme])
            faults = [
                f"{scheme}, {one['id']}: {one['nodes'][0]['html'][:160]}"
                for one in found.response["violations"]
            ]
            assert faults == []
            contrasts = page.evaluate(_SVG_CONTRAST)
            assert [one for one in contrasts if one[0] < 4.5] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.complaints == []
    assert page.hosts == {address.removeprefix("http://")}


def test_charts_have_text_to_judge(open_page: Open, address: str) -> None:
    # Else the contrast above would be held against nothing.
    assert len(open_page(address).evaluate(_SVG_CONTRAST)) > 8


def test_no_chart_offers_to_send_data_away(open_page: Open, address: str) -> None:
    page = open_page(address)
    page.hover(".js-plotly-plot >> nth=0")
    assert page.locator(".modebar-btn").count() == 0
    assert not re.search(r"share|chart studio", page.locator("main").inner_text(), re.IGNORECASE)


def test_a_click_on_a_bar_filters_and_its_chip_takes_it_back(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/?period=52w")
    before = page.locator("#kpi-sales-value").get_attribute("title")
    page.locator("section[aria-labelledby=overview-customers-title] .bar-name >> nth=0").click()
    page.wait_for_selector(".chip")
    assert "customer=" in page.url
    assert "Customer:" in page.locator(".chip >> nth=0").inner_text()
    shown = """document.querySelector("#kpi-sales-value")?.title"""
    page.wait_for_function(f"before => {shown} && {shown} !== before", arg=before)
    settle(page)
    page.locator(".chip >> nth=0").click()
    page.wait_for_function(f"before => {shown} === before", arg=before)
    assert "customer=" not in page.url


def test_the_same_can_be_done_by_keyboard(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/?period=52w")
    summary = page.locator("section[aria-labelledby=overview-statuses-title] summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("section[aria-labelledby=overview-statuses-title] tbody a >> nth=1").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip")
    assert "status=" in page.url
    # The focus is where it was, not at the page's top.
    page.wait_for_function(
        "() => document.activeElement.closest('[aria-labelledby=overview-statuses-title]')"
    )


def test_an_open_table_follows_the_filters(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/?period=4w")
    rows = page.locator("section[aria-labelledby=overview-daily-title] tbody tr")
    assert rows.count() == 0  # A closed one is not drawn.
    page.locator("section[aria-labelledby=overview-daily-title] summary").click()
    page.wait_for_function(f"() => {_DRAWN} === 28")
    page.get_by_text("1 W", exact=True).click()
    page.wait_for_function(f"() => {_DRAWN} === 7")
    page.locator("section[aria-labelledby=overview-daily-title] summary").click()
    page.wait_for_function(f"() => {_DRAWN} === 0")


def test_a_copied_link_shows_the_same_in_another_browser(open_page: Open, address: str) -> None:
    first = open_page(f"{address}/?period=52w&category=Books&country=Spain")
    second = open_page(first.url, "dark", NARROW)
    for card in ("kpi-sales", "kpi-orders", "kpi-average", "kpi-rejected"):
        shown = [page.locator(f"#{card}-value").get_attribute("title") for page in (first, second)]
        assert shown[0] == shown[1]
        assert shown[0]
    assert second.locator(".chip").count() == 3  # Two filters, and the way to clear them.


def test_what_the_address_asks_in_vain_is_said(open_page: Open, address: str) -> None:
    page = open_page(
        f"{address}/?status=%3Cscript%3E&from=yesterday&period=-1&country=Atlantis&x=%00"
    )
    assert page.locator("#kpi-sales-value").get_attribute("title") == "€0.00"  # Not everybody's.
    said = page.locator("#notices p").all_inner_texts()
    assert len(said) == 4
    assert any("no country 'Atlantis'" in one for one in said)
    page.locator(".chip", has_text="Atlantis").click()
    page.wait_for_function("() => document.querySelectorAll('#notices p').length === 1")
    assert page.complaints == []


def test_a_narrow_page_names_all_its_pages(open_page: Open, address: str) -> None:
    page = open_page(address, "light", NARROW)
    assert not page.locator("#navigation").is_visible()
    page.locator("#nav-toggle").focus()
    page.keyboard.press("Enter")
    links = page.locator("#navigation a")
    for place in range(links.count()):
        box = links.nth(place).bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= NARROW[0]
    page.get_by_role("link", name="Who buys").click()
    page.wait_for_selector("text=Cohorts by month of first sale")
    assert not page.locator("#navigation").is_visible()


def test_no_figure_in_a_grid_is_cut(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/customers?period=all")
    page.wait_for_selector(".ag-row .cell-figure")
    cut = """() => [...document.querySelectorAll('.ag-row .cell-figure, .ag-header-cell-text')]
        .filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"""
    assert page.evaluate(cut) == []
    hidden = """() => [...document.querySelectorAll('.ag-center-cols-viewport')]
        .filter(one => one.scrollWidth > one.clientWidth + 1).length"""
    assert page.evaluate(hidden) == 0


def test_anything_is_found_by_keyboard_alone(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/quality")
    page.keyboard.press("Control+k")
    page.keyboard.type("Books item 6")
    page.wait_for_selector(".search-link:has-text('Books item 6')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip")
    assert "/products?" in page.url
    assert page.locator(".chip >> nth=0").inner_text().startswith("Product: ")
    assert not page.locator("#search-dialog").is_visible()
    assert page.complaints == []


def test_every_figure_is_explained_by_one_click(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/?period=52w&category=Books")
    shown = page.locator("#kpi-average-value").get_attribute("title")
    page.locator("#kpi-average-explain").click()
    page.wait_for_selector("#explain-made-body dl")
    assert shown in page.locator("#explain-made-body").inner_text()
    assert "category=Books" in page.url


def test_a_filter_is_chosen_by_typing(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/status")
    page.get_by_label("Category").first.click()
    page.keyboard.type("Boo")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip")
    assert "category=Books" in page.url


def test_the_scheme_is_kept(open_page: Open, address: str) -> None:
    page = open_page(address, "dark")
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == "dark"
    page.locator("#scheme-toggle").click()
    settle(page)
    page.reload()
    settle(page)
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == "light"
    assert "rgb(82, 96, 109)" in page.locator(".xtick text >> nth=0").get_attribute("style")


def test_what_if_of_the_budget_stands_in_the_address(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/unusual?period=all")
    assert "budget" not in page.url
    page.get_by_role("slider").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    # The slider tells of itself a moment after it stood still, the answer comes later still.
    page.wait_for_selector("#unusual-budget-summary:has-text('would flag')")
    assert "budget=" in page.url


def test_the_shares_of_a_sale_make_up_its_whole_score(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/unusual?period=all")
    table = page.get_by_role("table", name="Contribution to the score")
    # Of the sample's scores seven tenths are the amount's; few of them are near 1.
    shares = table.locator("tbody td:nth-child(2)").all_inner_texts()
    assert shares == ["70.0 %", "20.0 %", "10.0 %"]
    assert page.locator(".ag-row [col-id=why] .cell-note").first.inner_text() == "amount 70 %"


def test_a_grid_follows_the_filters(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/time?category=Books&period=4w")
    said = int(page.locator("#time-rows-summary").inner_text().split()[0])
    all_are = """word => {
        const cells = [...document.querySelectorAll('.ag-row [col-id=product_name] .cell-note')];
        return cells.length > 0 && cells.every(cell => cell.textContent === word);
    }"""
    page.wait_for_function(all_are, arg="Books")
    assert 0 < page.locator(".ag-row [col-id=product_name]").count() <= said
    # Another filter without a new page: the grid must not keep the rows that it has.
    page.locator("#filter-categories").evaluate(
        "() => window.dash_clientside.set_props('url', { search: '?category=Toys&period=4w' })"
    )
    page.wait_for_function(all_are, arg="Toys")


def test_an_old_snapshot_says_that_it_is_old(open_page: Open, address: str) -> None:
    page = open_page(address)
    page.wait_for_selector(".banner.is-shown", timeout=30_000)
    assert "p360 up" in page.locator("#banner").inner_text()


def test_nothing_loaded_names_the_command(open_page: Open, empty_address: str) -> None:
    page = open_page(empty_address)
    assert "p360 run" in page.locator("main").inner_text()
    assert page.complaints == []


def test_an_unknown_page_leads_back(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/nowhere")
    assert "Page not found" in page.locator("h1").inner_text()
