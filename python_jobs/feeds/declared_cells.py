"""Checks what a mapping model declares of its cells, before anything is loaded or built."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from python_jobs.errors import P360Error
from python_jobs.feeds.declarations import Feed
from python_jobs.feeds.declared_keys import (
    CELLS,
    CONDITION_KEYS,
    EDITS,
    FEED_KEYS,
    FORMS,
    OPTIONAL_CELLS,
    RETURN_WORDS,
    SOURCES,
    STATUSES,
    TIME_WORDS,
    as_list,
    check_keys,
    conditions,
)
from python_jobs.settings import Settings

_TOKENS = re.compile(r"yyyy|yy|MMM|MM|M|dd|d|HH|H|hh|h|mm|ss|a|XXX|z|[^A-Za-z]|T")
_AMOUNT = re.compile(r"quantity \* unit_price( [-+] (discount|tax|shipping))*")
_CURRENCY = re.compile(r"[A-Z]{3}")


def check_declaration(settings: Settings, feed: Feed) -> None:
    """Raise where the feed's declaration of cells contradicts itself or the columns of its files.

    A mapping model without ``meta: {feed: ...}`` declares nothing and is not looked at.

    Raises:
        P360Error: It does; the message says where, what, and what would do.
    """
    declared = read_declaration(settings, feed.name)
    if declared is None:
        return
    where = _file(feed.name).as_posix()
    check_keys(where, "meta.feed", declared, FEED_KEYS)
    zone = declared.get("time_zone", "UTC")
    if zone not in available_timezones():
        raise P360Error(f"{where}: time_zone {zone} is unknown; use a name such as Europe/Berlin")
    _check_numbers(where, "numbers", declared.get("numbers") or {})
    _check_times(where, declared.get("times") or [])
    cells = declared.get("cells") or {}
    check_keys(where, "cells", cells, (*CELLS, *OPTIONAL_CELLS))
    columns = {column.name for column in feed.columns}
    for name, said in cells.items():
        _check_cell(where, name, said, columns)
    _check_needed(where, cells)
    _check_amounts(where, declared)
    for key in ("returns", "not_sales"):
        _check_conditions(where, key, declared.get(key) or [], columns)


def read_declaration(settings: Settings, feed: str) -> dict[str, Any] | None:
    """Return what the feed's mapping model declares of its cells; None for nothing."""
    file = settings.project_dir / _file(feed)
    content = yaml.safe_load(file.read_text(encoding="utf-8")) or {} if file.exists() else {}
    for model in content.get("models") or []:
        if model.get("name") == f"bronze_sales_{feed}":
            meta = (model.get("config") or {}).get("meta") or {}
            found: dict[str, Any] | None = meta.get("feed")
            return found
    return None


def unused_columns(feed: Feed, declared: Mapping[str, Any]) -> list[str]:
    """Return the headers of the feed's columns that its declaration does not name."""
    named: set[str] = set()
    for said in (declared.get("cells") or {}).values():
        sources = said if isinstance(said, dict) else {"columns": said}
        for key in ("column", "columns", "first_filled"):
            texts = sources.get(key) or []
            named |= {texts} if isinstance(texts, str) else set(texts)
    for key in ("returns", "not_sales"):
        named |= {one["column"] for one in conditions(declared.get(key) or [])}
    return [column.header for column in feed.columns if column.name not in named]


def _file(feed: str) -> Path:
    return Path("models") / "bronze" / f"bronze_sales_{feed}.yml"


def _check_cell(where: str, name: str, said: Any, columns: Collection[str]) -> None:  # noqa: ANN401
    if isinstance(said, str):
        said = {"column": said}
    elif isinstance(said, list):
        said = {"first_filled": said}
    if not isinstance(said, dict):
        raise P360Error(f"{where}: cell {name} is '{said}'; write a column, or a list of columns")
    check_keys(where, f"cell {name}", said, (*SOURCES, *EDITS, *FORMS.get(name, ())))
    sources = [key for key in SOURCES if key in said]
    if len(sources) != 1:
        raise P360Error(
            f"{where}: cell {name} names {' and '.join(sources) or 'no source'}; use one of "
            f"{', '.join(SOURCES)}"
        )
    named: Any = said.get("column") or said.get("columns") or said.get("first_filled") or []
    for column in [named] if isinstance(named, str) else named:
        _check_column(where, f"cell {name}", column, columns)
    if said.get("carried_down") == "file" and "column" not in said:
        raise P360Error(f"{where}: cell {name} is carried down the file; name one column")
    if said.get("once_per_order") and said.get("carried_down"):
        raise P360Error(f"{where}: cell {name} is carried_down and once_per_order; keep one")
    for key in ("without_prefix", "without_suffix"):
        texts = as_list(said.get(key, "-"))
        if not texts or not all(isinstance(text, str) and text for text in texts):
            raise P360Error(
                f"{where}: cell {name} has {key} '{said[key]}'; write a text in quotes, or a list "
                "of texts"
            )
    _check_numbers(where, f"cell {name}", said)
    _check_times(where, said.get("times") or [])
    for value, status in (said.get("values") or {}).items():
        if status not in STATUSES:
            raise P360Error(
                f"{where}: status '{value}' becomes {status}; use one of {', '.join(STATUSES)}"
            )


def _check_column(where: str, what: str, column: str, columns: Collection[str]) -> None:
    if column not in columns:
        raise P360Error(
            f"{where}: {what} reads column {column}, which the source does not declare; "
            f"use one of {', '.join(sorted(columns))}"
        )


def _check_amounts(where: str, declared: Mapping[str, Any]) -> None:
    """Check what is said of amounts: their parts, tolerance, tax and currency."""
    cells = declared.get("cells") or {}
    parts = declared.get("amount_is")
    if parts is not None and not _AMOUNT.fullmatch(str(parts)):
        raise P360Error(
            f"{where}: amount_is is '{parts}'; write quantity * unit_price, then - discount, "
            "+ tax or + shipping as they apply"
        )
    for part in re.findall(r"[a-z_]+", str(parts or "")):
        if part not in cells:
            raise P360Error(f"{where}: amount_is names {part}, but no cell {part} is declared")
    tolerance = declared.get("tolerance", 0)
    if not isinstance(tolerance, int | float) or tolerance < 0:
        raise P360Error(f"{where}: tolerance is '{tolerance}'; write a number such as 0.01")
    if declared.get("tax", "included") not in ("included", "excluded"):
        raise P360Error(f"{where}: tax is '{declared['tax']}'; write included or excluded")
    currency = declared.get("currency")
    if currency is not None and not _CURRENCY.fullmatch(str(currency)):
        raise P360Error(f"{where}: currency is '{currency}'; write three letters such as EUR")
    if "currency" in cells and currency is None:
        raise P360Error(
            f"{where}: cell currency is declared, but not what amounts are in; write currency: EUR "
            "or another beside cells"
        )


def _check_conditions(
    where: str,
    key: str,
    said: Any,  # noqa: ANN401
    columns: Collection[str],
) -> None:
    """Check which rows are returns, or no sales: words, or values or the prefix of a column."""
    words = RETURN_WORDS if key == "returns" else ()
    for one in as_list(said):
        if one in words:
            continue
        kinds = [kind for kind in CONDITION_KEYS if isinstance(one, dict) and kind in one]
        if not isinstance(one, dict) or "column" not in one or len(kinds) != 1:
            raise P360Error(
                f"{where}: {key} holds '{one}'; write {', '.join((*words, ''))}"
                "{column: NAME, values: [...]} or {column: NAME, prefix: TEXT}"
            )
        check_keys(where, key, one, ("column", *CONDITION_KEYS))
        _check_column(where, key, one["column"], columns)


def _check_numbers(where: str, what: str, said: Mapping[str, Any]) -> None:
    decimal, thousands = said.get("decimal", "."), said.get("thousands", "")
    if decimal not in (".", ",") or thousands not in ("", ".", ",", " ", "'"):
        raise P360Error(
            f"{where}: {what} has decimal '{decimal}' and thousands '{thousands}'; use . or , and "
            "one of . , ' or a blank"
        )
    if decimal == thousands:
        raise P360Error(f"{where}: {what} has '{decimal}' as both signs; use two different ones")


def _check_times(where: str, patterns: Collection[str]) -> None:
    if isinstance(patterns, str):
        raise P360Error(f"{where}: times is '{patterns}'; write a list, such as [{patterns}]")
    for pattern in patterns:
        rest = _TOKENS.sub("", pattern)
        whole = pattern in TIME_WORDS or (not rest and "d" in pattern and "M" in pattern)
        if not whole:
            raise P360Error(
                f"{where}: the time pattern '{pattern}' cannot be read; use tokens such as "
                f"dd.MM.yyyy HH:mm, or one of {', '.join(TIME_WORDS)}"
            )


def _check_needed(where: str, cells: Mapping[str, Any]) -> None:
    needed = ["transaction_at", "status"]
    if "amount" not in cells:
        needed += ["quantity", "unit_price"]
    missing = [name for name in needed if name not in cells]
    if missing:
        raise P360Error(
            f"{where}: no cell {missing[0]} is declared; name its column"
            + (", or write status: {constant: Completed}" if missing[0] == "status" else "")
        )
