"""Texts around numbers that most cells of a column share: `3 pcs`, `Rs. 120`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from python_jobs.feeds.forms import end_form, number_form
from python_jobs.feeds.guessing.cells import SampleColumn
from python_jobs.feeds.guessing.columns import ENOUGH, clean, filled_cells
from python_jobs.feeds.guessing.numbers import number_cells, read_numbers

_AROUND = re.compile(r"(\D*?)([-+\u2212]?\d(?:.*\d)?)(\D*)", re.DOTALL)
# A letter, and no sign that says more of the number than its unit: `< 5`, `10 %`, `12,-`.
_UNIT = re.compile(r"(?![.,])(?=.*[^\W\d_])[^\d%\u2030()<>~=±^*+\u2010-\u2014\u2212-]+")
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"^(eur|usd|gbp|chf|inr)|(eur|usd|gbp|chf|inr)$")
# Words that make a number another one.
_MULTIPLES = {
    *("k", "tsd", "tausend", "thousand", "thousands", "mille", "mila", "mil", "tys"),
    *("mio", "mln", "mill", "million", "millions", "millionen", "mrd", "bn", "billion", "billions"),
    *("lakh", "lakhs", "lac", "crore", "crores", "cr", "hundred"),
    *("percent", "prozent", "pct", "procent", "pourcent"),
}
_MULTIPLES_OF_MONEY = _MULTIPLES | {"t", "m", "mm", "mn", "b"}  # Of a quantity: tonnes, metres.
_PLURAL = re.compile(r"e?s|en|(?<=e)n")


def without_units(cell: str, column: SampleColumn) -> SampleColumn:
    """Return a column without the texts before and behind its numbers that most cells share.

    It is left as it is where no text is shared, or no more cells can be read without it.

    Args:
        cell: The canonical cell that it may be, one of numbers.
        column: The column.
    """
    found = [match for one in filled_cells(column.cells) if (match := _AROUND.fullmatch(one))]
    more_than = ENOUGH * len(filled_cells(column.cells))
    before = _shared(cell, [match[1] for match in found], more_than)
    behind = _shared(cell, [match[3] for match in found], more_than)
    taken_off = replace(column, before=before, behind=behind)
    for texts, at in ((before, "begin"), (behind, "end")):
        if texts:
            cells = [end_form(texts, at).sub("", one) for one in taken_off.cells]
            taken_off = replace(taken_off, cells=cells)
    return taken_off if _read(cell, taken_off) > _read(cell, column) else column


def declared_ends(column: SampleColumn) -> dict[str, str | list[str]]:
    """Return how the declaration of a cell says what is taken off."""
    ends = {"without_prefix": column.before, "without_suffix": column.behind}
    return {
        key: texts[0] if len(texts) == 1 else list(texts) for key, texts in ends.items() if texts
    }


def _shared(cell: str, texts: Sequence[str], more_than: float) -> tuple[str, ...]:
    """Return the text that so many cells have, in all ways to write it, the most frequent first."""
    counts = Counter(text for one in texts if (text := clean(one)))
    for most, _ in counts.most_common(1):
        family = tuple(one for one, _ in counts.most_common() if _is_same_word(one, most))
        is_unit = all(map(_UNIT.fullmatch, family)) and not _is_multiple(cell, most)
        if is_unit and sum(counts[one] for one in family) > more_than and not _are_money(family):
            return family
    return ()


def _is_same_word(one: str, other: str) -> bool:
    """Return whether two units differ by a plural, a point or capital letters: `pc`, `Pcs.`."""
    short, long = sorted((clean(text.rstrip(".").casefold()) for text in (one, other)), key=len)
    if not long.startswith(short):
        return False
    return long == short or (len(short) > 1 and bool(_PLURAL.fullmatch(long, len(short))))


def _is_multiple(cell: str, text: str) -> bool:
    words = {_CODE.sub("", word) for word in _WORD.findall(text.casefold())}
    return not words.isdisjoint(_MULTIPLES if cell == "quantity" else _MULTIPLES_OF_MONEY)


def _are_money(texts: Collection[str]) -> bool:
    """Return whether numbers are read with these texts anyway."""
    return all(number_form(".", "").match(f"1 {text}") for text in texts)


def _read(cell: str, column: SampleColumn) -> int:
    reading = read_numbers(number_cells(cell, column.cells))
    return reading.read if reading else 0
