"""Colours: one meaning each, on every page, in a light and a dark scheme."""

from __future__ import annotations

from dataclasses import dataclass

LIGHT = "light"
DARK = "dark"


@dataclass(frozen=True)
class Palette:
    """Colours of one scheme; their contrast on the page was measured (4.5 for text).

    Attributes:
        text: Text in charts.
        muted: Axis labels.
        grid: Lines behind the data.
        paper: What marks stand on, and their outlines.
        accent: The data, and Completed.
        accent_soft: The same, less loud: areas.
        previous: The period before.
        good: Accepted, and changes for the better.
        bad: Set aside and unusual.
        pending: Pending, and warnings.
        cancelled: Cancelled, duplicates and what was superseded.
        returned: Returned.
        other: A second shade for what is neither.
    """

    text: str
    muted: str
    grid: str
    paper: str
    accent: str
    accent_soft: str
    previous: str
    good: str
    bad: str
    pending: str
    cancelled: str
    returned: str
    other: str

    def of_status(self, status: str) -> str:
        """Return the colour of a status, the same on every page."""
        return {
            "Completed": self.accent,
            "Pending": self.pending,
            "Cancelled": self.cancelled,
            "Returned": self.returned,
        }.get(status, self.other)


PALETTES = {
    LIGHT: Palette(
        text="#1f2933",
        muted="#52606d",
        grid="#e4e7eb",
        paper="#ffffff",
        accent="#1c6fbf",
        accent_soft="rgba(28,111,191,0.10)",
        previous="#7d868f",
        good="#0b6e4f",
        bad="#b3261e",
        pending="#b06a00",
        cancelled="#5c6773",
        returned="#7d3fa8",
        other="#9aa5b1",
    ),
    DARK: Palette(
        text="#e4e6ea",
        muted="#aab4bf",
        grid="#34373d",
        paper="#1f2126",
        accent="#5aa9f0",
        accent_soft="rgba(90,169,240,0.14)",
        previous="#8d96a0",
        good="#63d2a1",
        bad="#ff9d94",
        pending="#f0b050",
        cancelled="#aab4bf",
        returned="#c49af0",
        other="#6b7580",
    ),
}


def palette(scheme: str | None) -> Palette:
    """Return the colours of a scheme; light for one that is not known."""
    return PALETTES.get(scheme or LIGHT, PALETTES[LIGHT])
