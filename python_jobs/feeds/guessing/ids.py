"""Which column is the order's number and which the row's, and which cells stand once per order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from python_jobs.feeds.guessing.cells import Guessed, SampleColumn
from python_jobs.feeds.guessing.columns import clean, filled_cells
from python_jobs.feeds.guessing.headers import plain, words

_IDS = ("transaction_id", "order_id", "customer_id", "product_id")
_ARTICLES = ("product_id", "product_name")
# Cells of a row itself: they are never carried down.
_OF_A_ROW = ("quantity", "unit_price", "amount", "discount", "tax", "shipping", *_ARTICLES)
_NEARLY_ALL, _SOME = 0.9, 0.05


def settle_ids(
    taken: dict[str, SampleColumn], columns: Sequence[SampleColumn], guessed: Guessed
) -> None:
    """Make an id that stands on rows of several articles the order's, and drop one of no row."""
    column = taken.get("transaction_id")
    if column is None:
        return
    order = taken.get("order_id")
    if order is not None and is_blank_below(column, order):
        del taken["transaction_id"]
        guessed.told.append((column.header, "on the first row of an order only; no row's id"))
        return
    articles = [taken[cell] for cell in _ARTICLES if cell in taken]
    positions = words()["beside"]["positions"]
    articles += [one for one in columns if plain(one.header) in positions]
    repeated, differing, unequal = _repeats(column, articles, columns)
    if articles and differing and 2 * differing >= repeated:
        del taken["transaction_id"]
        shown = f"{differing:,} of its values stand on rows of several articles"
        if order is None:
            taken["order_id"] = column
            guessed.told.append((column.header, f"the order's number: {shown}"))
        else:
            guessed.told.append((column.header, f"no row's id: {shown}; not used"))
    elif unequal:
        guessed.told.append(
            (
                column.header,
                f"{unequal:,} of its values stand on several rows: a later one replaces the "
                "earlier; write order_id instead if these are lines of one order",
            )
        )


def without_ends(taken: dict[str, SampleColumn], guessed: Guessed) -> None:
    """Declare ids without the `.0` that programs put behind whole numbers."""
    for cell in _IDS:
        filled = filled_cells(taken[cell].cells) if cell in taken else []
        if filled and all(re.fullmatch(r"\d+\.0", one) for one in filled):
            guessed.say(cell, without_suffix=".0")
            guessed.told.append((taken[cell].header, "all cells end in .0; read without it"))


def carry_down(taken: dict[str, SampleColumn], guessed: Guessed) -> None:
    """Declare which cells stand on the first row of an order only, or as a heading above rows."""
    order = taken.get("order_id") or taken.get("transaction_id")
    if order is None:
        return
    others = {
        cell: column
        for cell, column in taken.items()
        if cell not in _OF_A_ROW and column.name != order.name
    }
    first_only = {cell: one for cell, one in others.items() if _is_blank_with(one, order)}
    if first_only and _rows_go_on(taken, order):
        if "order_id" not in taken:
            taken["order_id"] = taken.pop("transaction_id")
            guessed.cells = {"order_id": guessed.cells.pop("transaction_id"), **guessed.cells}
        _declare(guessed, {"order_id": order, **first_only}, "file", "blank below a filled cell")
        return
    if "order_id" in taken:
        found = {cell: one for cell, one in others.items() if is_blank_below(one, order)}
        found.pop("transaction_id", None)
        _declare(guessed, found, True, "on the first row of an order only")
    day = taken.get("transaction_at")
    headings = {
        cell: column for cell, column in others.items() if day and _is_heading(column, day.cells)
    }
    _declare(guessed, headings, "file", "stands alone on lines above its rows")


def _declare(guessed: Guessed, found: dict[str, SampleColumn], how: bool | str, why: str) -> None:
    for cell, column in found.items():
        if isinstance(guessed.cells[cell], dict) and "columns" in guessed.cells[cell]:
            guessed.told.append((column.header, f"{why}; two columns cannot be carried down"))
            continue
        guessed.say(cell, carried_down=how)
        guessed.told.append((f"{column.header} -> {cell}", f"{why}: carried down"))


def _repeats(
    column: SampleColumn, articles: Sequence[SampleColumn], columns: Sequence[SampleColumn]
) -> tuple[int, int, int]:
    """Return how many ids are on several rows, of several articles, and on unequal rows."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(column.cells):
        if text := clean(cell):
            rows[text].append(place)
    several = [places for places in rows.values() if len(places) > 1]

    def differ(places: Sequence[int], among: Sequence[SampleColumn]) -> bool:
        return len({tuple(one.cells[place] for one in among) for place in places}) > 1

    differing = sum(differ(places, articles) for places in several) if articles else 0
    unequal = [places for places in several if differ(places, columns)]
    return len(unequal), differing, len(unequal)


def _below(order: SampleColumn) -> list[bool]:
    """Return whether each row has the order's number of the row above it."""
    cells = [clean(cell) for cell in order.cells]
    return [
        place > 0 and bool(cell) and cell == cells[place - 1] for place, cell in enumerate(cells)
    ]


def is_blank_below(column: SampleColumn, order: SampleColumn) -> bool:
    """Return whether a column is filled on first rows of orders, and blank on their other rows."""
    below = _below(order)
    return _are_split(column, [not one for one in below], below)


def _is_blank_with(column: SampleColumn, order: SampleColumn) -> bool:
    """Return whether a column is filled where the order's number is, and blank where it is not."""
    filled = [bool(clean(cell)) for cell in order.cells]
    blank = [not one for one in filled]
    # A few blank cells are missing ids.
    return sum(blank) >= _SOME * len(blank) and _are_split(column, filled, blank, _NEARLY_ALL)


def _is_heading(column: SampleColumn, days: Sequence[str]) -> bool:
    """Return whether a column is filled only where no day is, and blank on the rows of sales."""
    with_day = [bool(clean(cell)) for cell in days]
    return _are_split(column, [not one for one in with_day], with_day)


def _are_split(
    column: SampleColumn, first: Sequence[bool], others: Sequence[bool], at_least: float = 0.5
) -> bool:
    """Return whether cells are filled on at least a share of first rows, and blank on others."""
    filled = [bool(clean(cell)) for cell in column.cells]

    def share(rows: Sequence[bool]) -> float:
        count = sum(rows)
        return sum(one for one, is_one in zip(filled, rows, strict=True) if is_one) / max(count, 1)

    return any(others) and share(first) >= at_least and share(others) <= 1 - _NEARLY_ALL


def _rows_go_on(taken: dict[str, SampleColumn], order: SampleColumn) -> bool:
    """Return whether rows without the order's number hold an article, or else a number."""
    articles = [taken[cell].cells for cell in _ARTICLES if cell in taken]
    numbers = [taken[cell].cells for cell in _OF_A_ROW if cell in taken]
    rows = [place for place, cell in enumerate(order.cells) if not clean(cell)]
    held = sum(
        any(clean(cells[place]) for cells in articles)
        if articles
        else any(re.search(r"\d", cells[place]) for cells in numbers)
        for place in rows
    )
    return held >= _NEARLY_ALL * len(rows)
