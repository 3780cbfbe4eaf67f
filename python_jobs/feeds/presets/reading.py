"""Reads the presets, and refuses one that says what nobody understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from python_jobs.errors import P360Error
from python_jobs.feeds.declared_keys import (
    CELLS,
    CONDITION_KEYS,
    EDITS,
    FEED_KEYS,
    FORMS,
    OPTIONAL_CELLS,
    SOURCES,
    STATUSES,
    check_keys,
    conditions,
)

PRESETS = Path(__file__).parent
_KEYS = (
    *("title", "source", "recognised_by", "has_orders", "notes", "csv", "feed", "optional_cells"),
    "not_a_feed",
)
_CSV_KEYS = ("encoding", "delimiter", "quote", "header_line", "header_lines")
_NEEDED = ("transaction_at", "status")


@dataclass(frozen=True)
class Preset:
    """What is known of an export.

    Attributes:
        title: What people call it.
        source: Address of the vendor's manual, or of what else tells the columns.
        recognised_by: Headers that tell it from all others; of each tuple, one is enough.
        notes: What a person must know of the figures.
        csv: How its files are written, where that never varies.
        feed: The declaration; cells name headers, and a list of them those of several versions.
        optional_cells: Cells whose column some versions of the export lack.
        not_a_feed: Why no sales can be read from it, and what to export instead; blank if they can.
    """

    title: str
    source: str
    recognised_by: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    csv: Mapping[str, Any] = field(default_factory=dict)
    feed: Mapping[str, Any] = field(default_factory=dict)
    optional_cells: tuple[str, ...] = ()
    not_a_feed: str = ""


@cache
def read_presets() -> tuple[Preset, ...]:
    """Return all presets, in the order of their files' names.

    Raises:
        P360Error: One of them cannot be understood.
    """
    return tuple(read_preset(file) for file in sorted(PRESETS.glob("*.yml")))


def read_preset(file: Path) -> Preset:
    """Return one preset.

    Raises:
        P360Error: It has an unknown key, cell or status, or lacks what it needs.
    """
    where = f"preset {file.name}"
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise P360Error(f"{where}: this is not YAML; fix it") from error
    check_keys(where, "the preset", said, _KEYS)
    for key in ("title", "source", "recognised_by"):
        if not said.get(key):
            raise P360Error(f"{where}: {key} is missing; write it")
    if bool(said.get("feed")) == bool(said.get("not_a_feed")):
        raise P360Error(f"{where}: write either feed or not_a_feed")
    if said.get("feed"):
        _check_feed(where, said)
    return Preset(
        title=said["title"],
        source=said["source"],
        recognised_by=tuple(
            tuple([one] if isinstance(one, str) else one) for one in said["recognised_by"]
        ),
        notes=tuple(said.get("notes") or ()),
        csv=said.get("csv") or {},
        feed=said.get("feed") or {},
        optional_cells=tuple(said.get("optional_cells") or ()),
        not_a_feed=said.get("not_a_feed") or "",
    )


def _check_feed(where: str, said: Mapping[str, Any]) -> None:
    feed = said["feed"]
    check_keys(where, "csv", said.get("csv") or {}, _CSV_KEYS)
    check_keys(where, "feed", feed, FEED_KEYS)
    cells = feed.get("cells") or {}
    check_keys(where, "cells", cells, (*CELLS, *OPTIONAL_CELLS))
    check_keys(where, "optional_cells", said.get("optional_cells") or (), cells)
    for cell, one in cells.items():
        if isinstance(one, Mapping):
            check_keys(where, f"cell {cell}", one, (*SOURCES, *EDITS, *FORMS.get(cell, ())))
            for value, status in (one.get("values") or {}).items():
                if not isinstance(value, str) or status not in STATUSES:
                    raise P360Error(
                        f"{where}: status {value!r} becomes {status}; write the value in quotes, "
                        f"and one of {', '.join(STATUSES)}"
                    )
    for kind in ("returns", "not_sales"):
        for one in conditions(feed.get(kind) or []):
            check_keys(where, kind, one, ("column", *CONDITION_KEYS))
    amount = () if "amount" in cells else ("quantity", "unit_price")
    for cell in (*_NEEDED, *amount):
        if cell not in cells:
            raise P360Error(f"{where}: no cell {cell} is declared; name its header")
    if said.get("has_orders") is not ("order_id" in cells):
        raise P360Error(f"{where}: has_orders must be true with a cell order_id, else false")
