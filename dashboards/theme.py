"""Name, logo and colours from one file: one meaning each, on every page, light and dark."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from python_jobs.errors import P360Error
from python_jobs.settings import Settings

LIGHT = "light"
DARK = "dark"
FILE = "theme.yml"
_DEFAULTS = Path(__file__).with_name(FILE)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_WORDS = ("text", "muted", "accent", "good", "bad")  # Colours that words are written in.
_LEAST_CONTRAST = 4.5
_LOGOS = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Palette:
    """Colours of one scheme; their contrast on the paper is checked (4.5 for text).

    Attributes:
        page: What the page stands on.
        paper: What cards and marks stand on, and the outlines of marks.
        line: Edges of cards.
        grid: Lines behind the data.
        text: Text.
        muted: Axis labels and what is said by the way.
        accent: The data of this period, links, and Completed.
        accent_soft: The same, less loud: areas, what is chosen.
        previous: The period before.
        good: Accepted, and changes for the better.
        bad: Set aside and unusual, and changes for the worse.
        warn: Words of a warning.
        warn_soft: What a warning stands on.
        warn_line: The edge of a warning.
        pending: Pending, and marks of warnings.
        cancelled: Cancelled, duplicates and what was superseded.
        returned: Returned.
        other: A second shade for what is neither.
    """

    page: str
    paper: str
    line: str
    grid: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    previous: str
    good: str
    bad: str
    warn: str
    warn_soft: str
    warn_line: str
    pending: str
    cancelled: str
    returned: str
    other: str

    @property
    def area(self) -> str:
        """The accent, so thin that lines behind it are seen."""
        red, green, blue = (int(self.accent[at : at + 2], 16) for at in (1, 3, 5))
        return f"rgba({red},{green},{blue},0.12)"

    def of_status(self, status: str) -> str:
        """Return the colour of a status, the same on every page."""
        return {
            "Completed": self.accent,
            "Pending": self.pending,
            "Cancelled": self.cancelled,
            "Returned": self.returned,
        }.get(status, self.other)


@dataclass(frozen=True)
class Theme:
    """What a team makes its own.

    Attributes:
        name: Name in the head of every page.
        subtitle: What stands beside it.
        logo: The logo as an address that holds it whole; blank for none.
        palettes: Colours by scheme.
    """

    name: str
    subtitle: str
    logo: str
    palettes: dict[str, Palette]

    def palette(self, scheme: str | None) -> Palette:
        """Return the colours of a scheme; light for one that is not known."""
        return self.palettes.get(scheme or LIGHT, self.palettes[LIGHT])

    def style(self) -> str:
        """Return the colours as a style sheet's variables."""
        light, dark = (
            "".join(
                f"--{one.name.replace('_', '-')}:{getattr(self.palettes[scheme], one.name)};"
                for one in fields(Palette)
            )
            for scheme in (LIGHT, DARK)
        )
        is_dark = ':root[data-mantine-color-scheme="dark"]'
        return f":root{{{light}}}{is_dark}{{{dark}}}@media print{{{is_dark}{{{light}}}}}"


def read_theme(folder: Path) -> Theme:
    """Return the theme of a project: the default, overridden by its own file where there is one.

    Args:
        folder: The project's folder.

    Raises:
        P360Error: The file has a key or colour that is none, or words in it could not be read.
    """
    given = _read(_DEFAULTS)
    file = folder / FILE
    if file.is_file():
        own = _read(file)
        if strange := sorted(set(own) - set(given)):
            raise P360Error(f"{file} has the key '{strange[0]}'; use {', '.join(given)}")
        for scheme in (LIGHT, DARK):
            own[scheme] = given[scheme] | (own.get(scheme) or {})
        given |= own
    palettes = {scheme: _palette(file, scheme, given[scheme]) for scheme in (LIGHT, DARK)}
    logo = _logo(folder, file, str(given["logo"] or ""))
    return Theme(str(given["name"]), str(given["subtitle"] or ""), logo, palettes)


@cache
def default_theme() -> Theme:
    """Return the theme that the project comes with."""
    return read_theme(Path("/nowhere"))


def palette(scheme: str | None) -> Palette:
    """Return the default colours of a scheme; light for one that is not known."""
    return default_theme().palette(scheme)


def theme_of(settings: Settings) -> Theme:
    """Return the theme of the project."""
    return read_theme(settings.project_dir)


def mixed(color: str, other: str, part: float) -> str:
    """Return a colour of which a part, from 0 to 1, is the first and the rest the other."""
    both = ((int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(b + (a - b) * part):02x}" for a, b in both)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG counts it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(file: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise P360Error(f"{file} is no YAML; compare it with dashboards/{FILE}") from error
    if not isinstance(found, dict):
        raise P360Error(f"{file} holds no keys; compare it with dashboards/{FILE}")
    return found


def _palette(file: Path, scheme: str, colors: dict[str, Any]) -> Palette:
    known = {one.name for one in fields(Palette)}
    for name, color in colors.items():
        if name not in known:
            raise P360Error(f"{file} has the colour '{scheme}.{name}'; see dashboards/{FILE}")
        if not _COLOR.fullmatch(str(color)):
            raise P360Error(f"{file} has {scheme}.{name} '{color}'; use one such as '#1c6fbf'")
    for name in _WORDS:
        reached = contrast(str(colors[name]), str(colors["paper"]))
        if reached < _LEAST_CONTRAST:
            raise P360Error(
                f"{file} has {scheme}.{name} {colors[name]}, a contrast of {reached:.1f} on the "
                f"paper {colors['paper']}; words need {_LEAST_CONTRAST}"
            )
    return Palette(**{name: str(color) for name, color in colors.items()})


def _logo(folder: Path, file: Path, name: str) -> str:
    if not name:
        return ""
    path = folder / name
    kind = _LOGOS.get(path.suffix.lower())
    if kind is None or not path.is_file():
        raise P360Error(f"{file} has the logo '{name}'; name an SVG or PNG file in {folder}")
    return f"data:{kind};base64," + base64.b64encode(path.read_bytes()).decode()
