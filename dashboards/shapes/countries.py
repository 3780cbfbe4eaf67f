"""The shapes of countries, read once, and the country that a name in the data means."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.core import get_global

_FOLDER = Path(__file__).parent
# Exports write names in the language of the shop, and not only in that of the dashboard.
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
_WORDS = re.compile(r"[^a-z0-9]+")
Place = tuple[float, float]
Point = tuple[int, int]
Ring = tuple[list[int], list[int]]
_MORE = 0.02  # Of the width and height of an area: lines of shapes that are cut lie outside it.


@dataclass(frozen=True)
class Area:
    """A part of the map.

    Attributes:
        name: What it is called.
        x: From where to where, in units of the map.
        y: The same from south to north.
        kind: Which shapes fit its size: ``coarse`` or ``fine``.
    """

    name: str
    x: tuple[int, int]
    y: tuple[int, int]
    kind: str = "coarse"

    def holds(self, point: Point) -> bool:
        """Return whether a point lies in it."""
        return self.x[0] <= point[0] <= self.x[1] and self.y[0] <= point[1] <= self.y[1]

    def drawn(self, ring: Ring) -> Ring:
        """Return what is seen of a shape."""
        points: list[Place] = list(zip(*ring, strict=True))
        for axis, (low, high) in enumerate((self.x, self.y)):
            more = round(_MORE * (high - low))
            points = cut(points, axis, low - more, above=True)
            points = cut(points, axis, high + more, above=False)
        return [round(x) for x, _ in points], [round(y) for _, y in points]


# The smallest first: where nothing else is asked for, the first that holds all countries is shown.
AREAS = {
    "europe": Area("Europe", (-900, 1450), (1250, 2460), "fine"),
    "africa": Area("Africa", (-1300, 2800), (-1150, 1250)),
    "asia": Area("Asia and Oceania", (500, 5320), (-1900, 1900)),
    "americas": Area("Americas", (-5000, -300), (-1850, 2300)),
    "world": Area("World", (-5320, 5320), (-1900, 2640)),
}


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / "countries.json").read_text(encoding="utf-8"))
    return found


@cache
def outlines(area: str) -> dict[str, list[Ring]]:
    """Return the outlines of each country that may be seen in an area, by its two letters."""
    part = AREAS[area]
    found = {
        code: [
            part.drawn((list(accumulate(ring[0::2])), list(accumulate(ring[1::2]))))
            for ring in shape
        ]
        for code, shape in _file()[part.kind].items()
    }
    return {code: kept for code, shape in found.items() if (kept := [r for r in shape if r[0]])}


def point(code: str) -> Point:
    """Return the middle of a country that is on the map."""
    x, y = _file()["points"][code]
    return x, y


@cache
def code_of(name: str, locale: str) -> str | None:
    """Return the two letters of the country that a name means; None for none on the map.

    Args:
        name: A name, or a code of two letters, three letters or three digits.
        locale: How the dashboard writes values, whose names are known beside the usual ones.
    """
    return _codes(locale).get(_plain(name))


def cut(points: Sequence[Place], axis: int, at: float, *, above: bool) -> list[Place]:
    """Return the part of a shape on one side of a line (Sutherland and Hodgman 1974)."""
    kept: list[Place] = []
    for here, there in zip(points, [*points[1:], *points[:1]], strict=True):
        is_in, will_be = ((one[axis] >= at) == above or one[axis] == at for one in (here, there))
        if is_in:
            kept.append(here)
        if is_in != will_be:
            part = (at - here[axis]) / (there[axis] - here[axis])
            x, y = (a + (b - a) * part for a, b in zip(here, there, strict=True))
            kept.append((x, y))
    return kept


@cache
def _codes(locale: str) -> dict[str, str]:
    """Return every known name, plainly written, and its country."""
    known = set(_file()["points"])
    found: dict[str, str] = {}
    for name, code in _names(locale):
        if code in known:
            found.setdefault(_plain(name), code)
    return found


def _names(locale: str) -> Iterator[tuple[str, str]]:
    """Yield names and codes of countries, those of more weight first."""
    for code in _file()["points"]:
        yield code, code
    for alias, codes in get_global("territory_aliases").items():
        if len(codes) == 1:
            yield alias, codes[0]
    for language in dict.fromkeys((*_LANGUAGES, locale)):
        for code, name in Locale.parse(language).territories.items():
            yield name, code
    for code, names in yaml.safe_load((_FOLDER / "names.yml").read_text(encoding="utf-8")).items():
        for name in names:
            yield name, code


def _plain(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", name.replace("&", " and ").replace(".", ""))
    plain = "".join(one for one in letters if not unicodedata.combining(one)).casefold()
    return _WORDS.sub(" ", plain).strip()
