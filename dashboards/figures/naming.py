"""The names of lines and bars, written beside them: nobody looks up a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from dashboards.theme import Palette

_LINE_OF_TEXT = 0.085  # Height of a line of text, as a part of the plot.
_LONGEST = 16  # Characters of a line.
_SIGN_OF_BARS = "■"


@dataclass(frozen=True)
class Name:
    """A name and where it stands.

    Attributes:
        text: The name; what follows a bracket is left out.
        at: Value of what it names, at its right end.
        color: Colour of what it names.
        is_bar: Whether that is a bar, whose colour may be too pale for words.
        x: Where it ends, if that is not at the right edge.
    """

    text: str
    at: float
    color: str
    is_bar: bool = False
    x: Any = None


def name_ends(
    layout: dict[str, Any],
    names: Sequence[Name],
    palette: Palette,
    values: Sequence[float],
    *,
    top: float | None = None,
) -> None:
    """Write names to the right of what they name, apart from each other.

    Args:
        layout: Layout of a figure; its right margin is made wide enough.
        names: What to write.
        palette: Colours.
        values: All values, which say how much room a line of text takes.
        top: Value that no name may stand above, where the axis ends there.
    """
    line = _LINE_OF_TEXT * ((max(0.0, *values) - min(0.0, *values)) or 1.0)
    ends = sorted(names, key=lambda one: one.at)
    texts = [wrap(one.text.partition(" (")[0], _LONGEST) or [""] for one in ends]
    for one, text, at in zip(ends, texts, _apart(ends, texts, line, top), strict=True):
        layout.setdefault("annotations", []).append(
            {
                # A day there would make room for itself on the axis.
                **({"xref": "paper", "x": 1} if one.x is None else {"x": one.x}),
                "y": at,
                "text": _said(one, text),
                "showarrow": False,
                "xanchor": "left",
                "align": "left",
                "xshift": 6,
                "font": {"color": _color(one, palette), "size": 12},
                **({"bgcolor": palette.paper, "opacity": 0.9} if one.x is not None else {}),
            }
        )
    longest = max(
        (len(row) + 2 * one.is_bar for one, text in zip(ends, texts, strict=True) for row in text),
        default=0,
    )
    layout["margin"] |= {"r": 14 + 7 * longest}


def _apart(
    ends: Sequence[Name], texts: Sequence[list[str]], line: float, top: float | None
) -> list[float]:
    """Return where names stand, the lowest first: at what they name, else as near as there is room.

    Those that would stand too high push the ones below them down.
    """
    rooms = [line * len(text) for text in texts]
    placed: list[float] = []
    for place, one in enumerate(ends):
        least = placed[-1] + (rooms[place - 1] + rooms[place]) / 2 if placed else one.at
        placed.append(max(one.at, least))
    limit = top
    for place in reversed(range(len(placed))):
        if limit is None or placed[place] <= limit:
            break
        placed[place] = limit
        limit -= (rooms[place] + rooms[place - 1]) / 2
    return placed


def _said(name: Name, rows: list[str]) -> str:
    if not name.is_bar:
        return "<br>".join(rows)
    text = "<br>\u2003".join(rows)
    return f'<span style="color:{name.color}">{_SIGN_OF_BARS}</span> {text}'


def _color(name: Name, palette: Palette) -> str:
    if name.is_bar:
        return palette.text
    # A grey that is enough for a line is too pale for words.
    return palette.muted if name.color == palette.previous else name.color
