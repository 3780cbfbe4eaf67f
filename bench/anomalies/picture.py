"""The picture: mean AUROC of each detector, as SVG, for light and dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH, _LEFT, _RIGHT = 640, 110, 60  # Pixels: all, for names, for figures.
_BAR, _GAP, _HEAD = 22, 10, 44
_FROM = 0.5  # What chance gives: bars start there.
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}.head{font-weight:600}"
    ".own{fill:#1c6fbf}.other{fill:#8d96a0}"
    "@media (prefers-color-scheme:dark){text{fill:#ddd}.own{fill:#5aa9f0}}"
)


def draw(means: Sequence[Sequence[str]]) -> str:
    """Return the picture of rows of detector and mean AUROC, the best on top."""
    ordered = sorted(means, key=lambda row: -float(row[1]))
    scale = (_WIDTH - _LEFT - _RIGHT) / (max(float(row[1]) for row in ordered) - _FROM)
    parts = [
        '<text class="head" x="0" y="28">'
        "Mean AUROC over the labelled sets; bars start at 0.5, which is chance</text>"
    ]
    for place, (name, mean, *_) in enumerate(ordered):
        top = _HEAD + place * (_BAR + _GAP)
        width = max((float(mean) - _FROM) * scale, 1.0)
        kind = "own" if name == "project" else "other"
        middle = top + _BAR - 6
        parts += [
            f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="{kind}" x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}"/>',
            f'<text x="{_LEFT + width + 6:.1f}" y="{middle}">{mean}</text>',
        ]
    height = _HEAD + len(ordered) * (_BAR + _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">'
        f"<title>Mean AUROC of each detector</title><style>{_STYLE}</style>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )
