"""The picture of a run: seconds of each contender by step, as SVG, for light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bench.contenders.names import CONTENDERS
from bench.measure import Result

_WIDTH, _LEFT, _RIGHT = 860, 110, 90  # Pixels: all, for names, for figures.
_BAR, _GAP, _HEAD = 22, 10, 44
_LETTER = 7.0  # Pixels, roughly.
# A step has one colour wherever it stands. They stand out from white and from black.
_COLOURS = (
    *("#4e79a7", "#c8681b", "#4b8f41", "#a0578a", "#8c6550", "#2f8583"),
    *("#c0444e", "#7a62a8", "#7d7a2b", "#5f6f7f"),
)
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}.head{font-weight:600}.in{fill:#fff}"
    "@media (prefers-color-scheme:dark){text{fill:#ddd}}"
)


def draw(results: Sequence[Result]) -> str:
    """Return the picture as SVG: a panel for each size, each with a scale of its own."""
    names = dict.fromkeys(step.name for result in results for step in result.steps)
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
    parts: list[str] = []
    top = 0
    for rows in sorted({result.rows for result in results}):
        panel = [result for result in results if result.rows == rows]
        panel.sort(key=lambda one: list(CONTENDERS).index(one.contender))
        parts.append(
            f'<text class="head" x="0" y="{top + 28}">{rows:,} rows: seconds by step</text>'
        )
        top += _HEAD
        longest = max(result.seconds for result in panel)
        for result in panel:
            parts += _bar(result, top, longest, colours)
            top += _BAR + _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top + 4}" role="img">'
        f"<title>Seconds of each contender by step</title><style>{_STYLE}</style>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _bar(result: Result, top: int, longest: float, colours: dict[str, str]) -> list[str]:
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    middle = top + _BAR - 6
    name = escape(result.contender)
    parts = [f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{name}</text>']
    left = float(_LEFT)
    for step in result.steps:
        width = step.seconds * scale
        colour = colours[step.name]
        said = f"{step.name}: {step.seconds:.1f} s"
        parts.append(
            f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}">'
            f"<title>{escape(said)}</title></rect>"
        )
        if width > len(step.name) * _LETTER + 8:
            label = escape(step.name)
            parts.append(f'<text class="in" x="{left + 5:.1f}" y="{middle}">{label}</text>')
        left += width
    parts.append(f'<text x="{left + 6:.1f}" y="{middle}">{result.seconds:,.1f} s</text>')
    return parts
