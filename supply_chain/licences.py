"""Whether the licences of installed packages are among those that ``licences.yml`` allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

import yaml

_FILE = Path(__file__).with_name("licences.yml")


@dataclass(frozen=True)
class Allowed:
    """What may be used.

    Attributes:
        licences: Names of licences, as packages write them, in lower case.
        packages: Packages that need a look of a person, each with the licence that was found.
    """

    licences: frozenset[str]
    packages: dict[str, str]


def read_allowed() -> Allowed:
    """Read the list."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    names = {str(name).lower() for name in content["licences"]}
    looked_at = {str(one["package"]): str(one["licence"]) for one in content["packages"]}
    return Allowed(frozenset(names), looked_at)


def licence_of(package: str) -> str | None:
    """Return the licence that an installed package declares; None where it is not installed."""
    try:
        return _declared(cast(Message, metadata(package)))
    except PackageNotFoundError:
        return None


def is_allowed(licence: str, allowed: Iterable[str]) -> bool:
    """Return whether a licence may be used: of alternatives one must be, of several all.

    Args:
        licence: An SPDX expression without brackets, or names parted by semicolons.
        allowed: Names that may be used, in lower case.
    """
    known = set(allowed)
    return any(
        all(part.strip().lower() in known for part in re.split(r"\s+AND\s+|;", choice))
        for choice in re.split(r"\s+OR\s+", licence)
    )


def not_allowed(packages: Iterable[str]) -> list[str]:
    """Return a sentence for each installed package whose licence is not on the list."""
    allowed = read_allowed()
    found = []
    for package in packages:
        licence = licence_of(package)
        if licence is None or package in allowed.packages:
            continue
        if not is_allowed(licence, allowed.licences):
            found.append(f"{package} declares '{licence}', which licences.yml does not allow")
    return found


def _declared(declared: Message) -> str:
    """Return the SPDX expression, else the classifiers, else the first line of the free text."""
    if expression := declared.get("License-Expression"):
        return str(expression)
    classifiers = [
        name.rpartition(" :: ")[2]
        for name in declared.get_all("Classifier") or []
        if name.startswith("License ::") and not name.endswith("approved")
    ]
    named = [name for name in classifiers if name != "OSI Approved"]
    if named:
        return "; ".join(named)
    return str(declared.get("License") or "").strip().partition("\n")[0]
