"""The pins of a requirements file, as ``make pins`` writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One pinned package.

    Attributes:
        name: Its name, in lower case with hyphens.
        version: The version that is pinned.
        hashes: SHA-256 of each file of that version, in hex.
    """

    name: str
    version: str
    hashes: tuple[str, ...]


def read_pins(file: Path) -> list[Pin]:
    """Return the pins of a requirements file, those of other platforms included."""
    found: list[Pin] = []
    for entry in re.split(r"\n(?=\S)", file.read_text(encoding="utf-8")):
        match = _PIN.match(entry)
        if match:
            name = re.sub(r"[-_.]+", "-", match[1]).lower()
            found.append(Pin(name, match[2], tuple(_HASH.findall(entry))))
    return found


def requirements_files(folder: Path) -> list[Path]:
    """Return the requirements files of the project."""
    return sorted(folder.glob("requirements*.txt"))
