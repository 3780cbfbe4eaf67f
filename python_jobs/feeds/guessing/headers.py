"""Which cells a header can name: words of many languages, with and without what does not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from python_jobs.feeds.declared_keys import NUMBER_CELLS
from python_jobs.feeds.guessing.cells import SampleColumn

_WORDS = Path(__file__).with_name("header_words.yml")
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WITH_TAX = re.compile(
    r"\b(incl|excl|inkl|exkl|inc|exc|ex|zzgl|ohne|mit|without|with|before|after|including"
    r"|excluding|exclusive|inclusive)\W+(\w+\W+)?(vat|gst|tax|taxes|mwst|ust|tva|iva|btw|moms)\b"
)
_NO_SIGN = re.compile(r"\bn[\u00b0\u00ba]|#")


def plain(text: str) -> str:
    """Return a text in small letters, without accents, blanks and signs."""
    special = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "å": "a", "đ": "d"})
    folded = unicodedata.normalize("NFKD", text.casefold().translate(special))
    return re.sub(r"[^a-z0-9]", "", folded)


def match_headers(
    columns: Sequence[SampleColumn], can_be: Callable[[str, SampleColumn], bool]
) -> dict[str, list[SampleColumn]]:
    """Return the columns that can be each cell, the best first; no column is first of two cells.

    Whole headers count before those of which little words, units, a number's word or a group's
    name is left out.

    Args:
        columns: All columns of the sample.
        can_be: Whether the contents of a column fit a cell.
    """
    found: dict[str, list[SampleColumn]] = {}
    taken: set[str] = set()
    for level in range(4):
        named = [(column, _named(column.header, level)) for column in columns]
        for cell, names in words()["cells"].items():
            level_names = names if _counts(cell, level) else []
            known = found.setdefault(cell, [])
            for name in level_names:
                for column, header in named:
                    names_it = header == name and column.name not in taken
                    if not names_it or any(one.name == column.name for one in known):
                        continue
                    if can_be(cell, column):
                        if not known:
                            taken.add(column.name)
                        known.append(column)
    # What another cell has taken since is no rival any more.
    return {
        cell: [known[0], *(one for one in known[1:] if one.name not in taken)]
        for cell, known in found.items()
        if known
    }


@cache
def words() -> dict[str, Any]:
    """Return header words by cell, what statuses and kinds mean, and words that do not count."""
    content = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    lists = {key: content.pop(key) for key in ("statuses", "kinds", "not_counted", "beside")}
    return {
        "cells": {cell: listed.split() for cell, listed in content.items()},
        "statuses": _by_word(lists["statuses"]),
        "kinds": _by_word(lists["kinds"]),
        **{
            key: {name: set(listed.split()) for name, listed in lists[key].items()}
            for key in ("not_counted", "beside")
        },
    }


def _by_word(lists: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, listed in lists.items() for word in listed.split()}


def _counts(cell: str, level: int) -> bool:
    """Return whether a header of this level can name a cell: `Sale Price`, but not `Order Name`."""
    if level == 2:
        return cell in (*NUMBER_CELLS, "transaction_at", "product_name", "status", "currency")
    return level < 2 or cell.endswith("_id")


@cache
def _named(header: str, level: int) -> str:
    """Return a header for comparison: whole, without units, without a group, without its number."""
    if level == 0:
        return plain(header)
    left_out = words()["not_counted"]
    text = _IN_BRACKETS.sub(" ", _CAMEL.sub(" ", header)).casefold()
    text = _NO_SIGN.sub(" no ", _WITH_TAX.sub(" ", text))
    parts = [part for one in re.split(r"[^\w]+|_", text) if (part := plain(one))]
    parts = [one for one in parts if one not in left_out["little"] | left_out["units"]]
    if level == 2 and len(parts) > 1 and parts[0] in left_out["groups"]:
        parts = parts[1:]
    if level == 3:
        parts = [one for one in parts if one not in left_out["numbers"]]
    return "".join(parts)
